package io.qcmd.bench;

import io.qcmd.agent.SimulatedAgents;
import io.qcmd.client.QcmdClient;
import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real bus on a real disk with simulated agents, and a client at its Unix socket. */
final class Hallway implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    /** Patience costs nothing, and lets a slow host have figures, too. */
    private static final Duration PATIENCE = LIMIT.multipliedBy(2);

    private static final String WATCHED = SimulatedAgents.minion(1).value();

    private final Path directory;
    private final Child bus;
    private final Child agents;
    private final Stage stage;
    private final QcmdClient client;

    /** @param inMemory the agents live in the process of the bus, and no socket is between them */
    Hallway(Path directory, int minions, boolean inMemory) {
        this.directory = directory;
        bus = Child.start(
                inMemory ? HeapSize.of(minions).flags() : List.of(),
                BusProcessMain.class,
                directory,
                settings(directory, "agents: 127.0.0.1:0", "ack_timeout: 5m", "hello_timeout: 5m"));
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

    /**
     * A no-op on all minions, from submit until a client hears that each result is on the disk of the bus; nanoseconds. It watches one minion, whose cursor ends with
     * the job: to read all results out again is not part of the way.
     */
    long round() {
        long start = System.nanoTime();
        StartedJob job = noOp(client, Target.ALL).start().blockOptional(LIMIT).orElseThrow();
        job.output(WATCHED).then().block(LIMIT);
        JobInfo end = job.info().blockOptional(LIMIT).orElseThrow();
        long took = System.nanoTime() - start;
        int succeeded = end.counts().of(TargetState.SUCCEEDED);
        if (succeeded != stage.minions()) {
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

    /** Of a bus in this directory. */
    static String settings(Path directory, String... more) {
        List<String> lines = new ArrayList<>(List.of(more));
        lines.add("clients: 127.0.0.1:0");
        lines.add("agent_sessions: 20000");
        lines.add("socket: " + directory.resolve("bus.sock"));
        lines.add("data: " + directory.resolve("data"));
        try {
            return Files.write(directory.resolve("bus.yaml"), lines).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
