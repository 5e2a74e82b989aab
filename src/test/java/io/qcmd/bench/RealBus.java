package io.qcmd.bench;

import io.qcmd.client.QcmdClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.util.retry.Retry;

/** A bus as a user starts it: by the launcher, with its settings, on free ports of loopback. */
final class RealBus implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final Path socket;
    private final int agents;
    private final int clients;
    private final QcmdClient client;

    private RealBus(Path directory) throws IOException {
        socket = directory.resolve("bus.sock");
        agents = freePort();
        clients = freePort();
        Path settings = Files.write(
                directory.resolve("bus.yaml"),
                List.of(
                        "agents: 127.0.0.1:" + agents,
                        "clients: 127.0.0.1:" + clients,
                        // On loopback, for as long as the bench runs.
                        "insecure_tcp_clients_are_admin: true",
                        "socket: " + socket,
                        "data: " + directory.resolve("data")));
        process = new ProcessBuilder(System.getProperty("qcmd.launcher"), "bus", "--config", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("bus.log").toFile())
                .start();
        client = QcmdClient.builder().bus(local()).build();
    }

    /** Returns when it answers. */
    static RealBus start(Path directory) {
        try {
            RealBus bus = new RealBus(directory);
            bus.client
                    .status()
                    .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(100)))
                    .then()
                    .block(START);
            return bus;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String local() {
        return "rsocket+unix:" + socket;
    }

    String tcp() {
        return "rsocket://127.0.0.1:" + clients;
    }

    String agentPort() {
        return String.valueOf(agents);
    }

    QcmdClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        process.onExit().join();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
