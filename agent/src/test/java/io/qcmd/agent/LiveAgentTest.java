package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** Everything real but the bus. */
class LiveAgentTest {
    private static final JobId JOB = new JobId(1, 1);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final FakeBus bus = new FakeBus();
    private Disposable running = Disposables.disposed();

    @AfterEach
    void stop() {
        running.dispose();
        bus.close();
    }

    @Test
    void command_runs_andItsOutputAndResultArrive() throws IOException {
        try (LiveAgent agent = agent()) {
            running = agent.sessions().subscribe();
            FakeBus.Visit visit = grant(0, "echo hello; echo oops >&2; exit 3");
            Return result = result(visit);

            assertThat(result.state()).isEqualTo(TargetState.FAILED);
            assertThat(result.exitCode()).isEqualTo(3);
            assertThat(text(visit, Output.Stream.STDOUT)).isEqualTo("hello\n");
            assertThat(text(visit, Output.Stream.STDERR)).isEqualTo("oops\n");
            visit.says(new Control.Settled(List.of(JOB)));
            await().atMost(LONG).until(() -> !Files.exists(directory.resolve("data/jobs/" + JOB)));
        }
    }

    @Test
    @Tag("F12")
    void commandThatRunsWhenTheAgentIsStopped_isInterrupted_andToldByTheNextLife() throws IOException {
        try (LiveAgent agent = agent()) {
            running = agent.sessions().subscribe();
            FakeBus.Visit visit = grant(0, "sleep 60");
            await().atMost(LONG).until(() -> visit.reports.contains(new Report.Started(JOB)));
            running.dispose();
        }
        try (LiveAgent agent = agent()) {
            running = agent.sessions().subscribe();
            await().atMost(LONG)
                    .until(() ->
                            bus.visits.size() > 1 && !bus.visits.get(1).reports.isEmpty());
            Hello hello = (Hello) bus.visits.get(1).reports.get(0);

            assertThat(hello.entries()).containsExactly(new Hello.Entry(JOB, true));
        }
    }

    @Test
    void directory_isItsOwnersAlone_andKeepsTheInstance() throws IOException {
        String first;
        try (LiveAgent agent = agent()) {
            running = agent.sessions().subscribe();
            first = hello(0).instance();
            assertThat(Files.getPosixFilePermissions(directory.resolve("data")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            running.dispose();
        }
        try (LiveAgent agent = agent()) {
            running = agent.sessions().subscribe();
            Hello second = hello(1);
            assertThat(second.instance()).isEqualTo(first);
            assertThat(second.facts()).containsKeys("kernel", "arch", "hostname", "cpus", "memory");
        }
    }

    @Test
    void secondAgentOnOneDirectory_isRefused() throws IOException {
        try (LiveAgent agent = agent()) {
            assertThat(agent).isNotNull();
            assertThatThrownBy(this::agent).isInstanceOf(IOException.class).hasMessageContaining("another agent");
        }
    }

    private LiveAgent agent() throws IOException {
        String yaml = "bus: 127.0.0.1:" + bus.port() + "\nminion: web1\nreconnect_first: 20ms\ndata: "
                + directory.resolve("data") + "\n";
        return new LiveAgent(AgentSettings.of(ConfigFile.parse("agent.yaml", yaml)), "1", error -> {
            throw new AssertionError(error);
        });
    }

    private Hello hello(int number) {
        await().atMost(LONG)
                .until(() -> bus.visits.size() > number
                        && !bus.visits.get(number).reports.isEmpty());
        return (Hello) bus.visits.get(number).reports.get(0);
    }

    private FakeBus.Visit grant(int number, String line) {
        await().atMost(LONG)
                .until(() -> bus.visits.size() > number
                        && bus.visits.get(number).demand.get() > 0);
        FakeBus.Visit visit = bus.visits.get(number);
        visit.offers(new Message(JOB, Command.shell(line)));
        await().atMost(LONG).until(() -> visit.reports.contains(new Report.Ready(JOB)));
        visit.says(new Control.Go(JOB, 8 * 1024));
        return visit;
    }

    private static Return result(FakeBus.Visit visit) {
        await().atMost(LONG).until(() -> visit.reports.stream().anyMatch(Report.Done.class::isInstance));
        return visit.reports.stream()
                .filter(Report.Done.class::isInstance)
                .map(report -> ((Report.Done) report).result())
                .findFirst()
                .orElseThrow();
    }

    private static String text(FakeBus.Visit visit, Output.Stream stream) {
        StringBuilder text = new StringBuilder();
        visit.reports.stream()
                .filter(report -> report instanceof Output output && output.stream() == stream)
                .forEach(report -> text.append(((Output) report).bytes().utf8()));
        return text.toString();
    }
}
