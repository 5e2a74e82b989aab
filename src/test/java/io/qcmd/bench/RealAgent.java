package io.qcmd.bench;

import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.util.retry.Retry;

/** An agent's real process, with its journal on the disk and commands that are spawned. */
final class RealAgent implements AutoCloseable {
    static final String MINION = "real";
    private static final Duration START = Duration.ofSeconds(30);

    private final Process process;

    private RealAgent(Process process) {
        this.process = process;
    }

    /** Started by the launcher as a user does; returns when it is connected. */
    static RealAgent start(Path directory, String port, QcmdClient client) {
        Path settings = directory.resolve("agent.yaml");
        try {
            Files.write(
                    settings,
                    List.of("bus: 127.0.0.1:" + port, "minion: " + MINION, "data: " + directory.resolve("agent")));
            Process process = new ProcessBuilder(
                            System.getProperty("qcmd.launcher"), "agent", "--config", settings.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("agent.log").toFile())
                    .start();
            RealAgent agent = new RealAgent(process);
            agent.await(client);
            return agent;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One command after the other. */
    Spread latency(QcmdClient client, int jobs) {
        return OneMinion.latency(client, MINION, jobs);
    }

    private void await(QcmdClient client) {
        client.minions()
                .ping(new Target(MINION), Duration.ofSeconds(1))
                .map(PingPage.Pong::micros)
                .filter(micros -> micros >= 0)
                .single()
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(100)))
                .then()
                .block(START);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
