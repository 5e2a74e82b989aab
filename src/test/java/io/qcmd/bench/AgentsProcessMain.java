package io.qcmd.bench;

import io.netty.channel.epoll.EpollChannelOption;
import io.qcmd.agent.SimulatedAgents;
import io.qcmd.agent.SimulatedAgents.Manner;
import io.qcmd.protocol.JobId;
import io.qcmd.transport.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import reactor.netty.tcp.TcpClient;

/**
 * The part of the minions: {@code connect N PORT} connects simulated agents over TCP and tells how many nanoseconds it took until each could be given work.
 * {@code employ N PORT MILLIS} does the same with agents that have a real one's patience and whose commands last up to so long; {@code runs JOB} tells who
 * started that job ({@link Starts.OfJob}). {@code tell N PORT MILLIS} gives them something to say ({@link ThreeKernels}).
 */
final class AgentsProcessMain {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int HOSTS = 20;

    private AgentsProcessMain() {}

    public static void main(String[] args) throws IOException {
        Starts starts = new Starts();
        new Orders()
                .on("connect", words -> connect(words, Manner.QUICK))
                .on("employ", words -> {
                    Duration longest = Duration.ofMillis(Long.parseLong(words[2]));
                    return connect(words, Manner.real(longest, starts::add));
                })
                .on("tell", words -> {
                    Duration longest = Duration.ofMillis(Long.parseLong(words[2]));
                    ThreeKernels kernels = new ThreeKernels(Integer.parseInt(words[0]));
                    return connect(words, Manner.saying(longest, kernels::of));
                })
                .on("runs", words -> starts.of(JobId.parse(words[0])).line())
                .obey();
        System.exit(0);
    }

    private static String connect(String[] words, Manner manner) {
        int minions = Integer.parseInt(words[0]);
        int port = Integer.parseInt(words[1]);
        Duration took = new SimulatedAgents(loops -> client(port).runOn(loops), manner)
                .connect(minions)
                .block(LIMIT);
        return String.valueOf(Objects.requireNonNull(took).toNanos());
    }

    private static TcpClient client(int port) {
        return Sockets.client("127.0.0.1", port)
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .bindAddress(AgentsProcessMain::host);
    }

    /** Agents are on many hosts. With one address for all of them, the kernel would spend more on the search for a free port than they spend on all the rest. */
    private static InetSocketAddress host() {
        return new InetSocketAddress(
                "127.0.0." + (2 + ThreadLocalRandom.current().nextInt(HOSTS)), 0);
    }
}
