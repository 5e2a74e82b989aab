package io.qcmd.bench;

import io.qcmd.client.QcmdClient;
import io.qcmd.client.RunSpec;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real bus on a real disk with simulated agents, and a client at its Unix socket. */
final class Hallway implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    /** Patience costs nothing, and lets a slow host have figures, too. */
    private static final Duration PATIENCE = LIMIT.multipliedBy(2);

    private final Path directory;
    private final Child bus;
    private final Child agents;
    private final Stage stage;
    private final QcmdClient client;

    /** @param inMemory the agents live in the process of the bus, and no socket is between them */
    Hallway(Path directory, int minions, boolean inMemory) {
        this.directory = directory;
        bus = Child.start(BusProcessMain.class, directory, settings().toString());
        agents = inMemory ? bus : Child.start(AgentsProcessMain.class, directory);
        stage = new Stage(minions, bus, agents);
        // Only when it is there, its socket is.
        bus.ask("port");
        client = newClient();
    }

    Stage stage() {
        return stage;
    }

    /** Connects all minions, once the bus has answered. */
    void connect() {
        client.status().then().block(LIMIT);
        stage.connect();
    }

    QcmdClient client() {
        return client;
    }

    QcmdClient newClient() {
        return QcmdClient.builder()
                .bus("rsocket+unix:" + directory.resolve("bus.sock"))
                .build();
    }

    String agentPort() {
        return bus.ask("port");
    }

    /** A no-op on all minions, from submit until the client has seen each result, which is on the disk of the bus by then; nanoseconds. */
    long round() {
        long start = System.nanoTime();
        Long succeeded = noOp(client, Target.ALL)
                .results()
                .filter(TargetResult.Succeeded.class::isInstance)
                .count()
                .block(LIMIT);
        long took = System.nanoTime() - start;
        if (succeeded == null || succeeded != stage.minions()) {
            throw new IllegalStateException("a round: " + succeeded + " of " + stage.minions() + " succeeded");
        }
        return took;
    }

    /** What simulated agents do not run at all, and real ones in no time. */
    static RunSpec noOp(QcmdClient client, Target target) {
        return client.run(target).exec("/bin/true").timeout(PATIENCE);
    }

    @Override
    public void close() {
        client.close();
        agents.close();
        bus.close();
    }

    private Path settings() {
        Path file = directory.resolve("bus.yaml");
        try {
            return Files.write(
                    file,
                    List.of(
                            "agents: 127.0.0.1:0",
                            "clients: 127.0.0.1:0",
                            "agent_sessions: 20000",
                            "ack_timeout: 5m",
                            "socket: " + directory.resolve("bus.sock"),
                            "data: " + directory.resolve("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
