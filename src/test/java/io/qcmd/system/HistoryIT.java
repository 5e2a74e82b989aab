package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What is told of jobs afterwards, and jobs that are made from them. */
@Timeout(240)
class HistoryIT {
    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        house.startBus("channel_capacity: 2", "event_loop_lag_limit: 10s");
        house.startAgent("web1");
        house.startAgent("away");
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void explain_tellsTheWayOfASuccess_andWhyOneWasRefused() {
        house.awaitUp("web1");
        StartedJob lasting = end(house.run("web1").shell("sleep 0.3; echo one").start());

        Trace trace = House.answer(lasting.trace("web1"));
        assertThat(trace.steps())
                .extracting(Trace.Step::kind)
                .containsExactly(
                        Trace.Kind.RELEASED,
                        Trace.Kind.QUEUED,
                        Trace.Kind.OFFERED,
                        Trace.Kind.READY,
                        Trace.Kind.GO,
                        Trace.Kind.STARTED,
                        Trace.Kind.ENDED,
                        Trace.Kind.SETTLED);
        assertThat(trace.steps().stream().map(Trace.Step::at).filter(Objects::nonNull))
                .as("a command of 0.3 s tells its start; only when the commit was is not written down")
                .hasSize(7)
                .isSorted();
        House.Answer explained = house.qcmd("explain", lasting.id(), "web1");
        assertThat(explained.exit()).as("%s", explained).isZero();
        assertThat(explained.out()).contains("on web1 · ok · executed yes", "SUCCEEDED: exit 0 after");

        StartedJob missing = end(house.run("web1").exec("/no/such/program").start());
        assertThat(ended(missing, "web1"))
                .startsWith("REJECTED: its agent refused it; ")
                .contains("/no/such/program");
    }

    @Test
    void whyAJobWasRun_isFoundAgain_andKeptByARetry() {
        house.awaitUp("web1");
        House.Answer run = house.qcmd("run", "--reason", "disk full", "--note", "ticket=OPS-1", "web1", "--", "exit 3");
        assertThat(run.exit()).as("%s", run).isEqualTo(1);
        JobInfo first = house.newestJob();

        House.Answer retried = house.qcmd("retry", first.job().toString(), "--note", "ticket=OPS-2");

        assertThat(retried.exit()).as("%s", retried).isEqualTo(1);
        JobInfo second = house.newestJob();
        assertThat(house.qcmd("jobs", "ls", "--note", "ticket=OPS-1", "-o", "name")
                        .out())
                .isEqualTo(first.job() + "\n");
        assertThat(house.qcmd("jobs", "ls", "--note", "ticket=OPS-2", "-o", "name")
                        .out())
                .isEqualTo(second.job() + "\n");
        assertThat(house.qcmd("jobs", "show", second.job().toString()).out())
                .contains("reason     disk full\nnotes      ticket=OPS-2\n");
    }

    @Test
    void whatWaitedInVain_isExplained_retried_andCompared() throws IOException {
        house.awaitUp("web1", "away");
        house.stopAgent("away");
        explainsExpiredAndDropped();

        Path mark = house.file("mark");
        StartedJob first = House.answer(house.run("web1,away")
                .shell("cat; test -e " + mark)
                .stdin("kept\n".getBytes(StandardCharsets.UTF_8))
                .timeout(Duration.ofMinutes(8))
                .start());
        House.answer(first.results().next());
        House.answer(first.cancel("away").collectList());
        end(first);
        assertThat(House.answer(first.targets(TargetState.CANCELLED).single()).minion())
                .hasToString("away");
        assertThat(house.qcmd("jobs", "minions", first.id(), "--state", "failed", "-o", "name")
                        .out())
                .isEqualTo("web1\n");
        Files.createFile(mark);
        house.startAgent("away");
        house.awaitUp("away");

        House.Answer retried = house.qcmd("retry", first.id());

        assertThat(retried.exit()).as("%s", retried).isZero();
        assertThat(retried.err()).contains("retry of " + first.id().substring(20));
        assertThat(retried.out().lines())
                .as("its stdin was kept")
                .containsExactlyInAnyOrder("web1: kept", "away: kept");
        JobInfo second = newestSuccess();
        assertThat(second.parent()).isNotNull();
        assertThat(second.parent().kind()).isEqualTo(Parent.Kind.RETRY);
        String shown = house.qcmd("jobs", "show", second.job().toString()).out();
        assertThat(shown).contains("made from  retry of " + first.id().substring(20));

        House.Answer diff = house.qcmd("jobs", "diff", first.id(), second.job().toString());
        assertThat(diff.exit()).as("%s", diff).isZero();
        assertThat(diff.out()).containsPattern("web1 +exit 1 +ok").containsPattern("away +cancelled +ok");

        List<TargetResult> redone = House.answer(house.client()
                .job(first.id())
                .redo()
                .requestId("redo-once")
                .results()
                .collectList());
        assertThat(redone).hasSize(2).allMatch(result -> result instanceof TargetResult.Succeeded);
        StartedJob again = House.answer(
                house.client().job(first.id()).redo().requestId("redo-once").start());
        assertThat(House.answer(again.info()).counts().of(TargetState.SUCCEEDED))
                .as("the same request, the same job")
                .isEqualTo(2);
        assertThat(house.qcmd("retry", again.id()).exit())
                .as("nothing to retry")
                .isEqualTo(3);
    }

    private static void explainsExpiredAndDropped() {
        StartedJob expired = end(
                house.run("away").shell("true").expire(Duration.ofMillis(200)).start());
        assertThat(ended(expired, "away"))
                .startsWith("EXPIRED: its TTL of 200 ms ended at ")
                .contains("the minion had no session; down since ");

        List<StartedJob> jobs = Stream.generate(() -> House.answer(house.run("away")
                        .shell("true")
                        .timeout(Duration.ofMinutes(8))
                        .start()))
                .limit(3)
                .toList();
        assertThat(ended(end(jobs.get(0)), "away"))
                .isEqualTo("DROPPED: drop-oldest; channel_capacity 2 was reached; evicted by job "
                        + jobs.get(2).id());
        assertThat(House.answer(jobs.get(2).trace("away")).steps())
                .last()
                .satisfies(step -> assertThat(step.text()).startsWith("QUEUED: its minion is down since "));
        jobs.forEach(job -> House.answer(job.cancel().collectList()));
    }

    private static StartedJob end(StartedJob job) {
        House.answer(job.await());
        return job;
    }

    private static StartedJob end(Mono<StartedJob> start) {
        return end(House.answer(start));
    }

    private static String ended(StartedJob job, String minion) {
        return House.answer(job.trace(minion)).steps().stream()
                .filter(step -> step.kind() == Trace.Kind.ENDED)
                .map(Trace.Step::text)
                .findFirst()
                .orElse("");
    }

    private static JobInfo newestSuccess() {
        return House.answer(house.client()
                .jobs(new JobQuery(9, false, Set.of(JobStatus.SUCCEEDED), null, Map.of()))
                .filter(job -> job.parent() != null)
                .next());
    }
}
