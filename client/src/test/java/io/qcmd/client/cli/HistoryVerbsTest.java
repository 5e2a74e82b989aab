package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import io.qcmd.protocol.Trace.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The verbs that look back, and those that do it once more; the texts under {@code golden/} are promised to people and scripts. */
class HistoryVerbsTest {
    /** Its reason would turn the direction of writing. */
    private static final Remark WHY =
            new Remark("disk full \u202e漢", Map.of("ticket", "OPS-4711", "team", "data base"));

    private static final JobId JOB = CliTest.JOB;
    private static final JobId PARENT = JobId.parse("01ARZ3NDEKTSV4RRFF699RM3XD");
    private static final Clock NOW = Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC);

    private final FakeClient client = new FakeClient();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void explains() throws IOException {
        client.trace = Mono.just(new Trace(
                JOB,
                new MinionId("web1"),
                TargetState.EXPIRED,
                List.of(
                        new Trace.Step(Kind.RELEASED, 990_000L, "accepted from root; no rollout held it"),
                        new Trace.Step(Kind.OFFERED, 990_012L, "sent to its agent"),
                        new Trace.Step(Kind.ENDED, 1_020_000L, "EXPIRED: its TTL of 30 s ended; \u001b[2J"),
                        new Trace.Step(Kind.SETTLED, null, "row 4,711 of the ledger, executed no"))));
        assertThat(run("explain", "4VK7Q2", "web1")).isZero();
        assertThat(run("-o", "json", "explain", "@last", "web1")).isZero();
        assertThat(client.asked).containsExactly("job 4VK7Q2", "trace web1", "job @last", "trace web1");
        assertGolden("explain");
    }

    @Test
    void redoes_onWhomTheOptionsSay() {
        client.info = Mono.just(job(null));
        assertThat(run("redo", "@last", "--detach")).isZero();
        assertThat(run("redo", "@last", "--detach", "--same-minions")).isZero();
        assertThat(run("redo", "@last", "--detach", "--on", "db*")).isZero();
        assertThat(run("redo", "@last", "--on", "db*", "--same-minions")).isEqualTo(2);
        assertThat(client.asked)
                .filteredOn(word -> word.startsWith("redo"))
                .containsExactly("redo", "redoOnSameMinions", "redoOn db*");
        assertThat(client.asked).contains("job " + JOB);
        assertThat(out()).isEqualTo((JOB + "\n").repeat(3));
    }

    @Test
    void saysWhy_whereTheOptionsDo() {
        client.info = Mono.just(job(null));
        assertThat(run("redo", "@last", "--detach", "--reason", "disk full", "--note", "ticket=OPS-1"))
                .isZero();
        assertThat(run("retry", "@last", "--detach", "--note", "ticket=a=b")).isZero();
        assertThat(client.asked).containsSubsequence("redo", "reason disk full", "note ticket OPS-1");
        assertThat(client.asked).containsSubsequence("retry []", "note ticket a=b");
        assertThat(run("redo", "@last", "--note", "ticket")).isEqualTo(2);
    }

    @Test
    void retries_whatTheOptionsSay() {
        client.info = Mono.just(job(null));
        assertThat(run("retry", "@last", "--detach")).isZero();
        assertThat(run("retry", "@last", "--detach", "--failed", "--unknown")).isZero();
        assertThat(run("retry", "@last", "--detach", "--missing")).isZero();
        assertThat(run("retry", "@last", "--detach", "--state", "timed-out,LOST,ok"))
                .isZero();
        assertThat(run("retry", "@last", "--state", "bad")).isEqualTo(2);
        assertThat(client.asked)
                .filteredOn(word -> word.startsWith("retry"))
                .containsExactly(
                        "retry []",
                        "retry [FAILED, TIMED_OUT, INTERRUPTED, LOST]",
                        "retry [EXPIRED, DROPPED, REJECTED, CANCELLED, SKIPPED]",
                        "retry [SUCCEEDED, TIMED_OUT, LOST]");
        assertThat(err()).contains("'bad' is no state", "timed-out");
    }

    @Test
    void raw_startsNothing_whenThereAreSeveralMinions() {
        client.info = Mono.just(job(null));
        client.preview = Flux.just(new PreviewPage(2, Map.of(), List.of(), List.of()));
        client.targets = Flux.just(target("web1"), target("web2"));
        client.events = Flux.error(new AssertionError("was started"));
        for (String words :
                List.of("redo @last", "redo @last --same-minions", "redo @last --on db*", "retry @last --failed")) {
            err.reset();
            assertThat(run(("-o raw " + words).split(" "))).as(words).isEqualTo(2);
            assertThat(err()).startsWith("qcmd: -o raw: the bytes of one minion are wanted, and here are ");
        }
        assertThat(client.asked).contains("preview role=web", "preview db*", "targets [FAILED, TIMED_OUT]");
    }

    @Test
    void raw_isTheBytesOfOneMinion_ofARetryToo() {
        client.info = Mono.just(job(null));
        client.targets = Flux.just(target("web1"));
        client.events = Flux.just(JobEvents.started(1), JobEvents.succeeded("web1", "x\n"));
        assertThat(run("-o", "raw", "retry", "@last")).isZero();
        assertThat(client.asked).anyMatch(asked -> asked.startsWith("targets [") && asked.contains("EXPIRED"));
    }

    private static TargetInfo target(String minion) {
        return new TargetInfo(new MinionId(minion), TargetState.FAILED, 1, null, null);
    }

    @Test
    void aRetry_isShownAsARun_andSaysOfWhat() {
        client.info = Mono.just(job(null));
        client.events = Flux.just(
                new JobEvent.Started(CliTest.ACCEPTED),
                new JobEvent.Ended(
                        new TargetResult.Succeeded("web1", Duration.ofMillis(12), TargetOutput.NONE), false));
        assertThat(run("retry", "@last", "--failed")).isZero();
        assertThat(err()).contains("job 4VK7Q2 · 3 minions · retry of 4VK7Q2 · uname -r");
    }

    @Test
    void listsWhatIsAskedFor_andSaysWhatAJobWasMadeFrom() throws IOException {
        client.jobs = Flux.just(job(new Parent(PARENT, Parent.Kind.RETRY, true)), job(null));
        client.info = client.jobs.next();
        assertThat(run("jobs", "ls", "--mine", "--state", "failed,RUNNING", "--since", "1d"))
                .isZero();
        assertThat(run("jobs", "ls", "-o", "wide", "--note", "ticket=OPS-1", "--note", "team=db"))
                .isZero();
        assertThat(run("jobs", "ls", "-o", "name")).isZero();
        assertThat(run("jobs", "ls", "-o", "jsonl")).isZero();
        assertThat(run("jobs", "show", "@last")).isZero();
        assertThat(client.asked)
                .containsExactly(
                        "jobs 20 mine [RUNNING, FAILED] within 86400000",
                        "jobs 20 notes {team=db, ticket=OPS-1}",
                        "jobs 20",
                        "jobs 20",
                        "job @last");
        assertGolden("jobs-ls");
    }

    @Test
    void watch_writesOneLineForEachChange_inAPipe() {
        JobInfo first = job(null);
        JobInfo other = job(new Parent(PARENT, Parent.Kind.REDO, false));
        watched(List.of(List.of(first), List.of(first), List.of(other)), false);
        assertThat(out().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"type\":\"job\",\"job\":\"" + JOB));
    }

    @Test
    void watch_drawsAnew_onATerminal() {
        watched(List.of(List.of(job(null)), List.of(job(null))), true);
        assertThat(out().split("\u001b\\[H\u001b\\[2J", -1)).hasSize(3);
    }

    private void watched(List<List<JobInfo>> looks, boolean terminal) {
        Deque<List<JobInfo>> rest = new ArrayDeque<>(looks);
        client.jobs = Flux.defer(() -> rest.isEmpty()
                ? Flux.error(new QcmdException(ErrorCode.UNREACHABLE, "gone"))
                : Flux.fromIterable(rest.remove()));
        JobList list = new JobList(session(terminal));
        assertThatThrownBy(() -> list.watch(client, JobQuery.newest(20), Duration.ofMillis(1)))
                .isInstanceOf(QcmdException.class);
    }

    @Test
    void outputIsToldSoFar_orFollowed_orAsOneDocument() {
        client.info = Mono.just(job(null));
        client.events = Flux.just(
                new JobEvent.Printed(new OutputChunk("web1", Output.Stream.STDOUT, 0, 0, Bytes.utf8("a"))),
                new JobEvent.Printed(new OutputChunk("web1", Output.Stream.STDOUT, 1, 0, Bytes.utf8("b\n"))));
        assertThat(run("jobs", "output", "@last")).isZero();
        assertThat(run("jobs", "output", "@last", "web1", "-f")).isZero();
        assertThat(run("jobs", "output", "@last", "-o", "json")).isZero();
        assertThat(client.asked)
                .containsExactly(
                        "job @last", "outputSoFar []", "job @last", "output [web1]", "job @last", "outputSoFar []");
        assertThat(out())
                .isEqualTo("web1: ab\nweb1: ab\n[\n{\"minion\":\"web1\",\"stdout\":\"ab\\n\",\"stderr\":\"\"}\n]\n");
    }

    @Test
    void outputSoFar_saysThatTheJobGoesOn() {
        client.info = Mono.just(new JobInfo(
                JOB,
                Selection.of(new Target("role=web")),
                Command.shell("sleep 9"),
                "li",
                880_000,
                910_000,
                1_100_000,
                null,
                0,
                JobStatus.RUNNING,
                new Counts(Map.of(TargetState.RUNNING, 2)),
                null,
                Remark.NONE));
        assertThat(run("jobs", "output", "@last")).isZero();
        assertThat(err()).isEqualTo("job 4VK7Q2 goes on; qcmd jobs output 4VK7Q2 -f follows it\n");
    }

    @Test
    void outputOfAMinionThatIsNoTarget_isMissed_andEndsWith4() {
        client.info = Mono.just(job(null));
        client.targets =
                Flux.just(target("web1", TargetState.FAILED, 3, "x"), target("web2", TargetState.FAILED, 3, "x"));
        client.events =
                Flux.just(new JobEvent.Printed(new OutputChunk("web1", Output.Stream.STDOUT, 0, 0, Bytes.utf8("a\n"))));
        assertThat(run("jobs", "output", "@last", "web1", "web2")).isZero();
        assertThat(err()).isEmpty();
        assertThat(run("jobs", "output", "@last", "web1", "web8", "web9")).isEqualTo(4);
        assertThat(err()).isEqualTo("left out: 2 minions (no target of job 4VK7Q2): web[8-9]\n");
        assertThat(run("-q", "-o", "json", "jobs", "output", "@last", "nosuch")).isEqualTo(4);
    }

    @Test
    void showsHowMinionsStand() throws IOException {
        client.targets = Flux.just(
                target("web1", TargetState.FAILED, 3, "x"),
                new TargetInfo(new MinionId("web2"), TargetState.EXPIRED, 990_000, null, "no \u001b session"),
                new TargetInfo(new MinionId("web3"), TargetState.RUNNING, 0, null, null));
        assertThat(run("jobs", "minions", "@last", "--state", "failed,running,expired"))
                .isZero();
        assertThat(run("jobs", "minions", "@last", "-o", "name")).isZero();
        assertThat(run("jobs", "minions", "@last", "-o", "json")).isZero();
        assertThat(client.asked).contains("targets [RUNNING, FAILED, EXPIRED]", "targets []");
        assertGolden("jobs-minions");
    }

    @Test
    void tellsWhereTwoJobsDiffer() throws IOException {
        Deque<Flux<TargetInfo>> jobs = new ArrayDeque<>();
        for (int i = 0; i < 2; i++) {
            jobs.add(Flux.just(
                    target("web1", TargetState.SUCCEEDED, 0, "same"),
                    target("web2", TargetState.SUCCEEDED, 0, "one"),
                    target("web3", TargetState.SUCCEEDED, 0, "x"),
                    target("old1", TargetState.FAILED, 3, "x")));
            jobs.add(Flux.just(
                    target("web3", TargetState.FAILED, 127, "x"),
                    target("web2", TargetState.SUCCEEDED, 0, "two"),
                    target("web1", TargetState.SUCCEEDED, 0, "same"),
                    target("new1", TargetState.SUCCEEDED, 0, "x")));
        }
        client.targets = Flux.defer(jobs::remove);
        assertThat(run("jobs", "diff", "@-2", "@last")).isZero();
        assertThat(run("jobs", "diff", "@-2", "@last", "-q", "-o", "json")).isZero();
        assertGolden("jobs-diff");
    }

    @Test
    void twoJobsThatCameToTheSame_haveNoDifference() {
        client.targets = Flux.just(target("web1", TargetState.SUCCEEDED, 0, "same"));
        assertThat(run("jobs", "diff", "@-2", "@last")).isZero();
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("no difference on 1 minion\n");
    }

    @Test
    void outputThatWasLost_isNotTakenForTheSame() {
        Return.Captured lost = new Return.Captured(7, 0, Bytes.EMPTY);
        Return result = new Return(JOB, TargetState.SUCCEEDED, 0, 12, lost, Return.Captured.NONE, 0, null);
        client.targets = Flux.just(
                target("web1", TargetState.SUCCEEDED, 0, "same"),
                new TargetInfo(new MinionId("web2"), TargetState.SUCCEEDED, 990_000, result, null));
        assertThat(run("jobs", "diff", "@-2", "@last")).isZero();
        assertThat(out().lines().skip(1)).singleElement().asString().matches("web2 +ok +ok +unknown");
        assertThat(err()).isEqualTo("no difference on 1 minion; not known of 1 minion, as output was lost\n");
    }

    private static TargetInfo target(String minion, TargetState state, int exit, String printed) {
        byte[] hash = new byte[32];
        hash[0] = (byte) printed.hashCode();
        Return.Captured stdout = new Return.Captured(printed.length(), printed.length(), Bytes.wrap(hash));
        Return result = new Return(JOB, state, exit, 12, stdout, Return.Captured.NONE, 0, null);
        return new TargetInfo(new MinionId(minion), state, 990_000, result, null);
    }

    private static JobInfo job(@Nullable Parent parent) {
        return new JobInfo(
                JOB,
                Selection.of(new Target("role=web")),
                Command.exec(List.of("uname", "-r")),
                "li",
                880_000,
                910_000,
                1_100_000,
                null,
                882_500,
                JobStatus.FAILED,
                new Counts(Map.of(TargetState.FAILED, 2)),
                parent,
                parent == null ? Remark.NONE : WHY);
    }

    private int run(String... arguments) {
        return new Cli(session(false)).run(arguments);
    }

    private Session session(boolean terminal) {
        Console console = new Console(out, err, terminal, StandardCharsets.UTF_8);
        return new Session(
                console, new Globals(), NOW, Map.of(), null, (globals, url) -> client, (work, last) -> work.get());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void assertGolden(String name) throws IOException {
        try (InputStream in = HistoryVerbsTest.class.getResourceAsStream("/golden/" + name + ".txt")) {
            byte[] promised = Objects.requireNonNull(in, name).readAllBytes();
            assertThat(out() + "--- stderr\n" + err()).isEqualTo(new String(promised, StandardCharsets.UTF_8));
        }
    }
}
