package io.qcmd.bench;

import io.qcmd.agent.SimulatedAgents;
import io.qcmd.transport.Sockets;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/** The part of the minions: {@code connect N PORT} connects simulated agents over TCP and tells how many nanoseconds it took until each could be given work. */
final class AgentsProcessMain {
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private AgentsProcessMain() {}

    public static void main(String[] args) throws IOException {
        new Orders()
                .on("connect", words -> connect(Integer.parseInt(words[0]), Integer.parseInt(words[1])))
                .obey();
        System.exit(0);
    }

    private static String connect(int minions, int port) {
        Duration took = new SimulatedAgents(
                        loops -> Sockets.client("127.0.0.1", port).runOn(loops))
                .connect(minions)
                .block(LIMIT);
        return String.valueOf(Objects.requireNonNull(took).toNanos());
    }
}
