package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import io.qcmd.protocol.Output.Stream;
import io.qcmd.protocol.PingPage.Pong;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What people and scripts see: the texts under {@code golden/} are what is promised to both. */
class CliTest {
    static final JobId JOB = JobId.parse("01ARZ3NDEKTSV4RRFF694VK7Q2");
    static final Accepted ACCEPTED = new Accepted(JOB, 3, Discarded.NONE, 1_000_000, 1_100_000);

    private static final Clock NOW = Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC);
    private static final Duration TOOK = Duration.ofMillis(12);

    private final FakeClient client = new FakeClient();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void showsShortCommandsAsOneLineEach_onATerminal() throws IOException {
        client.events = Flux.just(
                new JobEvent.Started(ACCEPTED),
                printed("web1", Stream.STDOUT, "up 12 days\n"),
                printed("web2", Stream.STDOUT, "up 3 days\n"),
                ended(succeeded("web1")),
                ended(succeeded("web2")),
                printed("web3", Stream.STDOUT, "one\ntwo"),
                ended(succeeded("web3")),
                progress());
        assertThat(terminal("run", "web[1-3]", "--", "uptime")).isZero();
        assertGolden("terminal-ok");
    }

    @Test
    void showsLinesWhileTheyCome_onATerminal_whenTheCommandLasts() {
        JobEvents.SettableClock clock = new JobEvents.SettableClock();
        TerminalView view = new TerminalView(new Console(out, err, true, StandardCharsets.UTF_8), clock);
        view.show(printed("web1", Stream.STDOUT, "1\n"));
        clock.millis = 299;
        view.tick();
        assertThat(out()).isEmpty();
        clock.millis = 300;
        view.tick();
        assertThat(out()).isEqualTo("  web1   1\n");
        view.show(printed("web1", Stream.STDERR, "2\n"));
        view.show(progress());
        assertThat(out()).isEqualTo("  web1   1\n  web1 ! 2\n");
        view.show(ended(succeeded("web1")));
        view.show(progress());
        assertThat(out()).endsWith("\n✓ web1   ok\n");
    }

    @Test
    void showsEveryKindOfEnd_onATerminal() throws IOException {
        client.events = everyEnd();
        client.info = Mono.just(job(false));
        assertThat(terminal("run", "*", "--", "x")).isEqualTo(4);
        assertGolden("terminal-ends");
    }

    @Test
    void showsMinionAndLine_inAPipe() throws IOException {
        client.events = everyEnd();
        client.info = Mono.just(job(false));
        assertThat(piped("run", "*", "--", "x")).isEqualTo(4);
        assertGolden("plain-ends");
    }

    @Test
    void showsWhatMinionsWriteToStderrInBetween_whenItIsWanted() {
        client.events = everyEnd();
        client.info = Mono.just(job(false));
        assertThat(piped("run", "-q", "--stderr", "*", "--", "x")).isEqualTo(4);
        assertThat(out()).isEqualTo("a: esc \\x1b[31m\\x0dgrün\na! oh\nb: web1\nb! err\nl: \\xff\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void writesOneDocument() throws IOException {
        client.events = everyEnd();
        client.info = Mono.just(job(false));
        assertThat(piped("run", "-q", "-o", "json", "*", "--", "x")).isEqualTo(4);
        assertGolden("run-json");
    }

    @Test
    void writesOneEventPerLine() throws IOException {
        client.events = everyEnd();
        client.info = Mono.just(job(false));
        assertThat(piped("-o", "jsonl", "-q", "run", "*", "--", "x")).isEqualTo(4);
        assertGolden("run-jsonl");
    }

    @Test
    void endsWith7_whenTheJobWasCancelled() {
        client.events = everyEnd();
        client.info = Mono.just(job(true));
        assertThat(piped("attach", "@last")).isEqualTo(7);
    }

    @Test
    void endsWith4_andNamesThem_whenMinionsAskedForByNameWereLeftOut() {
        Discarded discarded = Discarded.of(List.of(new Discarded.Name("web\u001b9", Discarded.Reason.UNKNOWN, true)));
        client.events = Flux.just(
                new JobEvent.Started(new Accepted(JOB, 1, discarded, 1, 2)), ended(succeeded("web1")), progress());
        assertThat(piped("run", "web1,web9", "--", "true")).isEqualTo(4);
        assertThat(err()).contains("left out: 1 minion (unknown): web\\x1b9\n");
    }

    @Test
    void endsWith3_whenNothingMatched() {
        client.events = Flux.error(new QcmdException(
                ErrorCode.NO_MINIONS_MATCHED,
                "No minions matched the target 'wbe*' (3 known, 3 up). No job was created.",
                "near: web* (2)\nqcmd minions ls"));
        assertThat(piped("run", "wbe*", "--", "true")).isEqualTo(3);
        assertThat(err()).isEqualTo("""
                        qcmd: No minions matched the target 'wbe*' (3 known, 3 up). No job was created.
                          near: web* (2)
                          try:  qcmd minions ls
                        """);
        assertThat(out()).isEmpty();
    }

    @Test
    void endsWith6_andSaysWhenToComeAgain_whenTheBusIsBusy() {
        client.status = Mono.error(QcmdException.busy("bus: 1000 jobs are live", Duration.ofMillis(1_500)));
        assertThat(piped("status")).isEqualTo(6);
        assertThat(err()).isEqualTo("""
                        qcmd: bus: 1000 jobs are live
                          try:  again in 2 s
                        """);
    }

    @Test
    void endsWith6_andSaysWhereTheUrlIsFrom_whenTheBusIsAway() {
        client.status = Mono.error(new QcmdException(ErrorCode.UNREACHABLE, "cannot reach the bus"));
        assertThat(piped("--bus", "rsocket://127.0.0.1:7506", "status")).isEqualTo(6);
        assertThat(err()).isEqualTo("""
                        qcmd: cannot reach the bus
                          from --bus
                          try:  systemctl status qcmd-bus, or qcmd demo to start one here
                        """);
        assertThat(client.closed).isTrue();
    }

    @Test
    void endsWith2_whenTheCommandLineIsWrong() {
        assertThat(piped("foo")).isEqualTo(2);
        assertThat(err()).isEqualTo("qcmd: 'foo' is no verb\n  try:  qcmd help\n");
        assertThat(piped("*", "pkg.install", "nginx")).isEqualTo(2);
        assertThat(piped("run", "web1", "--timeout", "soon", "--", "true")).isEqualTo(2);
        assertThat(piped("run", "web1")).isEqualTo(2);
        assertThat(piped("status", "--outptu", "json")).isEqualTo(2);
        assertThat(err()).contains("--output");
        assertThat(piped("--bus", "http://x", "status")).isEqualTo(2);
    }

    @Test
    void endsWith141_quietly_whenNobodyReads() {
        assertThat(runInto("Broken pipe")).isEqualTo(141);
        assertThat(err()).isEmpty();
    }

    @Test
    void endsWith2_andSaysWhy_whenTheDiskBehindStdoutIsFull() {
        assertThat(runInto("No space left on device")).isEqualTo(2);
        assertThat(err()).isEqualTo("""
                qcmd: cannot write to stdout: No space left on device
                  try:  write it elsewhere; a job goes on, and what it wrote is kept: qcmd jobs output @last
                """);
    }

    /** A job whose output cannot be written, and why. */
    private int runInto(String failure) {
        client.events = everyEnd();
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(failure);
            }
        };
        return run(new Console(closed, err, false, StandardCharsets.UTF_8), "run", "-q", "--stderr", "*", "--", "x");
    }

    @Test
    void passesEveryOptionOn() throws IOException {
        Path input = Files.writeString(directory.resolve("in"), "text");
        client.events = Flux.just(new JobEvent.Started(ACCEPTED), ended(succeeded("web1")), progress());
        piped(
                "run",
                "web1",
                "--timeout",
                "1s",
                "--expire",
                "500ms",
                "--stdin",
                input.toString(),
                "--cwd",
                "/tmp",
                "--user",
                "app",
                "--callback",
                "ops",
                "--allow-daemon",
                "--reason",
                "disk full",
                "--note",
                "ticket=OPS-1",
                "--env",
                "A=1",
                "--env",
                "B=2=3",
                "--",
                "ls",
                "-l",
                "--",
                "a b");
        assertThat(client.asked)
                .contains(
                        "run web1", "exec ls [-l, --, a b]", "timeout PT1S", "expire PT0.5S", "stdin text", "cwd /tmp")
                .contains("user app", "callback ops", "allowDaemon", "env A 1", "env B 2=3")
                .contains("reason disk full", "note ticket OPS-1");
    }

    @Test
    void takesOneWordAsAShellLine_andSaltsHabit() {
        client.events = Flux.just(new JobEvent.Started(ACCEPTED), ended(succeeded("web1")), progress());
        assertThat(piped("run", "web1", "--", "echo $HOME")).isZero();
        assertThat(piped("*", "cmd.run", "uptime -p", "-t", "5")).isZero();
        assertThat(client.asked)
                .containsExactly("run web1", "shell echo $HOME", "run *", "shell uptime -p", "timeout PT5S");
    }

    @Test
    void printsTheWholeId_whenItDetaches() {
        assertThat(piped("run", "--detach", "*", "--", "sleep 1")).isZero();
        assertThat(out()).isEqualTo(JOB + "\n");
    }

    @Test
    void showsMinions() throws IOException {
        client.minions = Flux.just(minion());
        assertThat(piped("minions", "show", "web1")).isZero();
        assertThat(piped("minions", "ls")).isZero();
        assertThat(piped("minions", "ls", "--state", "down")).isZero();
        assertThat(piped("-o", "json", "minions", "ls", "web*")).isZero();
        assertThat(piped("-o", "jsonl", "minions", "ls", "web*")).isZero();
        assertThat(client.asked).contains("get web1", "list *", "list * DOWN", "list web*");
        assertGolden("minions");
    }

    @Test
    void showsWhyMinionsAreLeftOut() throws IOException {
        client.minions = Flux.just(
                minion(),
                uncontrollable("web2", Reason.NOT_READY, "3 offers in a row without READY", 0),
                uncontrollable("web3", Reason.QUARANTINED, "by root: it \u001bburns", 2));
        assertThat(piped("minions", "ls")).isZero();
        assertThat(piped("minions", "ls", "--state", "uncontrollable", "-o", "wide"))
                .isZero();
        assertThat(piped("-o", "name", "minions", "ls")).isZero();
        client.minions = client.minions.skip(2);
        assertThat(piped("minions", "show", "web3")).isZero();
        assertThat(piped("minions", "show", "web3", "-o", "jsonl")).isZero();
        assertGolden("minions-uncontrollable");
    }

    @Test
    void labels_andShowsWhoseTheyAre() throws IOException {
        client.minions = Flux.just(minion(new Labels(Map.of("role", "canary", "rack", "7"))));
        assertThat(piped("minions", "label", "web*", "role=canary", "rack=7", "note=a=b", "old-"))
                .isZero();
        assertThat(piped("-o", "json", "minions", "label", "web1", "old-", "older-"))
                .isZero();
        assertThat(piped("minions", "show", "web1")).isZero();
        assertThat(piped("minions", "ls")).isZero();
        assertThat(piped("-o", "jsonl", "minions", "ls")).isZero();
        assertThat(client.asked)
                .contains("label web* {note=a=b, rack=7, role=canary} [old]", "label web1 {} [old, older]");
        assertGolden("labels");
    }

    @Test
    void labelsThatCannotBe_areRefused_beforeAnybodyIsAsked() {
        assertThat(piped("minions", "label", "web*")).isEqualTo(2);
        assertThat(piped("minions", "label", "web*", "role")).isEqualTo(2);
        assertThat(piped("minions", "label", "web*", "role=a", "role=b")).isEqualTo(2);
        assertThat(piped("minions", "label", "web*", "role=a", "role-")).isEqualTo(2);
        assertThat(piped("minions", "label", "web*", "role=")).isEqualTo(2);
        assertThat(piped("minions", "label", "web*", "ro le=x")).isEqualTo(2);
        assertThat(client.asked).isEmpty();
        assertThat(err())
                .contains(
                        "'role' is neither name=value nor name-",
                        "label 'role' is given twice",
                        "'role' is set and removed at once",
                        "role has a value of 0 characters; use 1-256",
                        "name 'ro le': use 1-64 of [A-Za-z0-9_.-]");
    }

    @Test
    void quarantinesAndReleases() throws IOException {
        assertThat(piped("minions", "quarantine", "web*", "--reason", "it burns"))
                .isZero();
        assertThat(piped("-o", "json", "minions", "quarantine", "web1")).isZero();
        assertThat(piped("minions", "release", "web1")).isZero();
        assertThat(client.asked).contains("quarantine web* it burns", "quarantine web1 ", "release web1");
        assertGolden("quarantine");
    }

    @Test
    void forgetsAMinion() {
        assertThat(piped("minions", "rm", "web1")).isZero();
        assertThat(client.asked).containsExactly("remove web1");
        assertThat(err()).isEqualTo("removed web1\n");
    }

    @Test
    void showsWhatATapSees() throws IOException {
        TapPage.Copy copy = new TapPage.Copy(new Message(JOB, Command.shell("echo \u001b")), 1_000_000, 1_030_000);
        client.tapped = Flux.just(
                new TapPage(List.of(), 0), new TapPage(List.of(copy, copy), 0), new TapPage(List.of(copy), 1_007));
        assertThat(piped("minions", "tap", "web1")).isZero();
        assertThat(piped("-q", "-o", "jsonl", "minions", "tap", "web1")).isZero();
        assertThat(piped("-o", "json", "minions", "tap", "web1")).isEqualTo(2);
        assertThat(client.asked).containsExactly("tap web1", "tap web1");
        assertGolden("tap");
    }

    @Test
    void showsJobs() throws IOException {
        client.jobs = Flux.just(job(false));
        client.info = client.jobs.next();
        client.events = Flux.just(printed("web1", Stream.STDOUT, "hi\n"), printed("web1", Stream.STDERR, "oh"));
        assertThat(piped("jobs", "ls")).isZero();
        assertThat(piped("jobs", "show", "4VK7Q2")).isZero();
        assertThat(piped("jobs", "output", "4VK7Q2", "web1")).isZero();
        assertThat(piped("-o", "json", "jobs", "show", "@last")).isZero();
        assertThat(piped("-o", "json", "jobs", "ls", "--limit", "5")).isZero();
        assertThat(client.asked)
                .containsExactly("jobs 20", "job 4VK7Q2", "job 4VK7Q2", "outputSoFar [web1]", "job @last", "jobs 5");
        assertGolden("jobs");
    }

    @Test
    void pings() throws IOException {
        client.pongs = Flux.just(new Pong(new MinionId("web1"), 420), new Pong(new MinionId("db1"), -1));
        assertThat(piped("*", "test.ping")).isEqualTo(4);
        assertThat(piped("-o", "jsonl", "ping", "*")).isEqualTo(4);
        assertGolden("ping");
    }

    @Test
    void cancels() throws IOException {
        client.minions = Flux.just(minion());
        client.answers = Flux.just(
                new CancelPage.Answer(new MinionId("web1"), CancelPage.Effect.FENCED, TargetState.CANCELLED, 0),
                new CancelPage.Answer(new MinionId("db1"), CancelPage.Effect.PENDING, TargetState.RUNNING, 1_100_000));
        assertThat(piped("cancel", "4VK7Q2", "--on", "web*")).isZero();
        assertThat(piped("cancel", "4VK7Q2", "-o", "json")).isZero();
        assertThat(client.asked)
                .containsExactly(
                        "job 4VK7Q2",
                        "list web*",
                        "cancel [web1]",
                        "preview web* uncontrollable QUEUE",
                        "job 4VK7Q2",
                        "cancel []");
        assertGolden("cancel");
    }

    @Test
    void cancelsAsTheOptionsSay() {
        assertThat(piped("cancel", "4VK7Q2", "--kill-after", "500ms", "--reason", "wrong disk"))
                .isZero();
        assertThat(client.asked).containsExactly("job 4VK7Q2", "cancel [] kill after 500 because wrong disk");
        assertThat(piped("cancel", "4VK7Q2", "--kill-after", "5")).isEqualTo(2);
    }

    @Test
    void showsWhyAJobWasCancelled() {
        client.info = Mono.just(job(true));
        assertThat(piped("jobs", "show", "@last")).isZero();
        assertThat(piped("-o", "json", "jobs", "show", "@last")).isZero();
        assertThat(out()).contains("cancelled  wrong\\u202edisk\n", "\"cancelReason\":\"wrong\\u202Edisk\"");
    }

    @Test
    void passesOnWhomItMeans() throws IOException {
        Path hosts = Files.writeString(directory.resolve("hosts"), "# ours\nweb1\n\n web[2-3] # new\n");
        client.events = Flux.just(new JobEvent.Started(ACCEPTED), ended(succeeded("web1")), progress());
        client.minions = Flux.just(minion());

        assertThat(piped(
                        "run",
                        "role=web",
                        "--exclude",
                        "@file:" + hosts,
                        "--sample=5%",
                        "--limit=2",
                        "--uncontrollable",
                        "queue",
                        "--",
                        "true"))
                .isZero();
        piped("ping", "*", "--limit", "3", "--exclude", "db*");
        piped("minions", "ls", "--sample", "4");
        assertThat(client.asked)
                .contains(
                        "run role=web",
                        "exclude web1,web[2-3]",
                        "sample 5%",
                        "limit 2",
                        "whenUncontrollable QUEUE",
                        "shell true",
                        "ping * exclude db* limit 3 PT5S",
                        "list * sample 4");
        assertThat(piped("run", "*", "--sample", "half", "--", "true")).isEqualTo(2);
        assertThat(piped("run", "*", "--sample", "0", "--", "true")).isEqualTo(2);
        assertThat(err())
                .contains("sample 0: use a number from 1, or 1% to 100%")
                .doesNotContain("Exception");
        assertThat(piped("run", "*", "--limit", "0", "--", "true")).isEqualTo(2);
        assertThat(piped("run", "-", "--stdin", "-", "--", "true")).isEqualTo(2);
    }

    @Test
    void saysHowManyWereLeftOut_andEndsWell_whenNobodyAskedForThem() {
        Discarded discarded = Discarded.of(List.of(
                new Discarded.Name("web7", Discarded.Reason.UNCONTROLLABLE, false),
                new Discarded.Name("web8", Discarded.Reason.EXCLUDED, true),
                new Discarded.Name("wbe9", Discarded.Reason.UNKNOWN, false)));
        client.events = Flux.just(
                new JobEvent.Started(new Accepted(JOB, 1, discarded, 1, 2)), ended(succeeded("web1")), progress());

        assertThat(piped("run", "web*", "--", "true")).isZero();
        assertThat(err()).contains("""
                        left out: 1 minion (unknown): wbe9
                        left out: 1 minion (uncontrollable): qcmd minions ls --state uncontrollable
                        left out: 1 minion (excluded)
                        """);
    }

    @Test
    void endsWith4_whenAMinionAskedForIsUncontrollable() {
        Discarded discarded = Discarded.of(List.of(new Discarded.Name("web7", Discarded.Reason.UNCONTROLLABLE, true)));
        client.events = Flux.just(
                new JobEvent.Started(new Accepted(JOB, 1, discarded, 1, 2)), ended(succeeded("web1")), progress());

        assertThat(piped("run", "web1,web7", "--", "true")).isEqualTo(4);
    }

    @Test
    void dryRun_showsWhoIsMeant_andRunsNothing() throws IOException {
        Discarded.Name excluded = new Discarded.Name("db1", Discarded.Reason.EXCLUDED, true);
        Discarded.Name unknown = new Discarded.Name("x\u001by", Discarded.Reason.UNKNOWN, false);
        Map<Discarded.Reason, Integer> counts = Map.of(Discarded.Reason.EXCLUDED, 1, Discarded.Reason.UNKNOWN, 1);
        List<MinionId> minions = List.of(new MinionId("web01"), new MinionId("web02"), new MinionId("web03"));
        client.preview = Flux.just(
                new PreviewPage(3, counts, minions.subList(0, 2), List.of()),
                new PreviewPage(3, counts, minions.subList(2, 3), List.of(unknown, excluded)));

        assertThat(piped("run", "--dry-run", "web*", "--exclude", "db1", "--", "true"))
                .isZero();
        assertThat(terminal("run", "--dry-run", "web*", "--", "true")).isZero();
        assertThat(piped("run", "--dry-run", "-q", "-o", "json", "web*", "--", "true"))
                .isZero();
        assertThat(piped("run", "--dry-run", "-q", "-o", "jsonl", "web*", "--", "true"))
                .isZero();
        assertThat(client.asked).hasSize(4).first().isEqualTo("preview web* exclude db1");
        assertGolden("dry-run");
    }

    @Test
    void dryRun_endsAsTheRunWould() {
        client.preview = Flux.just(new PreviewPage(0, Map.of(), List.of(), List.of()));
        assertThat(piped("run", "--dry-run", "x*", "--", "true")).isEqualTo(3);
        client.preview = Flux.just(new PreviewPage(
                1,
                Map.of(Discarded.Reason.UNKNOWN, 1),
                List.of(new MinionId("web1")),
                List.of(new Discarded.Name("web9", Discarded.Reason.UNKNOWN, true))));
        assertThat(piped("run", "--dry-run", "web1,web9", "--", "true")).isEqualTo(4);
    }

    @Test
    void keepsGroups() throws IOException {
        assertThat(piped("group", "ls")).isZero();
        assertThat(piped("group", "set", "bj", "dc=bj")).isZero();
        assertThat(piped("group", "rm", "bj")).isZero();
        assertThat(piped("-o", "json", "group", "ls")).isZero();
        assertThat(piped("-o", "jsonl", "group", "set", "bj", "dc=bj")).isZero();
        assertThat(client.asked).containsExactly("groups", "set bj dc=bj", "remove bj", "groups", "set bj dc=bj");
        assertGolden("groups");
    }

    @Test
    void showsTheBus() throws IOException {
        client.status = Mono.just(new BusStatus(
                "0.1.0",
                "d1",
                0,
                3_600_000,
                "sqlite",
                20_037,
                20_000,
                37,
                2,
                83,
                4_113,
                1,
                2,
                new BusStatus.Pressure(12_345, 1, 10_000, 5 << 20, 1L << 28, 7, 3),
                new BusStatus.Callbacks(12, 1_003, "ops: answered 503")));
        assertThat(piped("status")).isZero();
        assertThat(piped("status", "-o", "json")).isZero();
        assertGolden("status");
    }

    @Test
    void helps() {
        assertThat(piped("help", "exit-codes")).isZero();
        assertThat(out()).contains(" 141  ").contains("   3  no minions matched");
        assertThat(piped("help", "targets")).isZero();
        assertThat(piped("help", "run")).isZero();
        assertThat(piped("run", "--help")).isZero();
        assertThat(piped("help")).isZero();
        assertThat(piped("help", "nothing")).isEqualTo(2);
        assertThat(piped("--version")).isZero();
        assertThat(out()).contains("Usage: qcmd run", "Commands:", "qcmd " + Version.CURRENT);
    }

    @Test
    void fallsBackToAscii_whenTheLocaleHasNoMore() {
        client.events = Flux.just(
                new JobEvent.Started(ACCEPTED),
                printed("web1", Stream.STDOUT, "x\n"),
                ended(succeeded("web1")),
                progress());
        run(new Console(out, err, true, StandardCharsets.US_ASCII), "run", "*", "--", "x");
        assertThat(out()).isEqualTo("+ web1   x\n");
        assertThat(err()).contains("job 4VK7Q2 - 3 minions").doesNotContain("?");
    }

    @Test
    void everyCharacterReachesAPipe_inAnyLocale() {
        client.events = Flux.just(
                new JobEvent.Started(ACCEPTED),
                printed("web1", Stream.STDOUT, "grün ✓ 日本\n"),
                printed("web1", Stream.STDERR, "grün\n"),
                ended(succeeded("web1")),
                progress());
        run(new Console(out, err, false, StandardCharsets.US_ASCII), "run", "*", "--", "x");
        assertThat(out()).isEqualTo("web1: grün ✓ 日本\n");
        assertThat(err()).contains("web1! grün\n", "job 4VK7Q2 - 3 minions");
    }

    @Test
    void sendsNothing_whenAWordIsNoUtf8() {
        client.events = Flux.error(new AssertionError("was started"));
        // What the JVM makes of a byte that is none.
        assertThat(piped("run", "*", "--env", "A=\uFFFD", "--", "x")).isEqualTo(2);
        assertThat(piped("*", "cmd.run", "touch t\uFFFDst")).isEqualTo(2);
        assertThat(client.asked).isEmpty();
        assertThat(err()).endsWith("""
                qcmd: 'touch t\uFFFDst': a word has to be UTF-8, and this one has other bytes, or U+FFFD itself
                  try:  type it as UTF-8; --stdin FILE passes any bytes
                """);
    }

    @Test
    void aCharsetThatNobodyKnows_isAscii() {
        assertThat(Place.charset("utf8")).isEqualTo(StandardCharsets.UTF_8);
        assertThat(Place.charset("ISO-8859-1")).isEqualTo(StandardCharsets.ISO_8859_1);
        assertThat(Place.charset("no such")).isEqualTo(StandardCharsets.US_ASCII);
        assertThat(Place.charset("")).isEqualTo(StandardCharsets.US_ASCII);
    }

    @Test
    void saysThatTheJobGoesOn_whenInterrupted() {
        client.events = Flux.just(new JobEvent.Started(ACCEPTED), progress());
        Interrupts afterTheWork = (work, lastWords) -> {
            assertThat(work.get()).isEqualTo(ExitCode.OK);
            return lastWords.get();
        };
        Session session = session(new Console(out, err, false, StandardCharsets.UTF_8), afterTheWork);
        assertThat(new Cli(session).run("run", "*", "--", "sleep 9")).isEqualTo(130);
        assertThat(err()).endsWith("job 4VK7Q2 continues; qcmd attach 4VK7Q2\n");
    }

    private static Flux<JobEvent> everyEnd() {
        TargetOutput some = new TargetOutput(Bytes.utf8("a"), Bytes.EMPTY, 9_000, 0, true, Bytes.EMPTY);
        return Flux.just(
                new JobEvent.Started(ACCEPTED),
                new JobEvent.Advanced("a", TargetState.RUNNING),
                printed("a", Stream.STDOUT, "esc \u001b[31m\rgrün\n"),
                printed("a", Stream.STDERR, "oh"),
                ended(succeeded("a")),
                printed("b", Stream.STDOUT, "web1\n"),
                printed("b", Stream.STDERR, "err\n"),
                ended(new TargetResult.Failed("b", 3, TOOK, TargetOutput.NONE)),
                ended(new TargetResult.TimedOut("c", TOOK, some, "killed after 1 s")),
                ended(new TargetResult.Terminated("d", TOOK, TargetOutput.NONE, "")),
                ended(new TargetResult.Interrupted("e", TargetOutput.NONE, "the agent \u001b[0m died")),
                ended(new TargetResult.Expired("f", "")),
                ended(new TargetResult.Dropped("g", "")),
                ended(new TargetResult.Rejected("h", "no such file")),
                ended(new TargetResult.Cancelled("i", "")),
                ended(new TargetResult.Skipped("j", "")),
                ended(new TargetResult.Lost("k", TargetOutput.NONE, "")),
                new JobEvent.Ended(succeeded("k"), true),
                printed("l", Stream.STDOUT, new byte[] {(byte) 0xff}),
                ended(succeeded("l")),
                progress());
    }

    private static JobEvent printed(String minion, Stream stream, String text) {
        return printed(minion, stream, text.getBytes(StandardCharsets.UTF_8));
    }

    private static JobEvent printed(String minion, Stream stream, byte[] bytes) {
        return new JobEvent.Printed(new OutputChunk(minion, stream, 0, 0, Bytes.wrap(bytes)));
    }

    private static JobEvent ended(TargetResult result) {
        return new JobEvent.Ended(result, false);
    }

    private static JobEvent progress() {
        return new JobEvent.Progressed(new Counts(Map.of()));
    }

    private static TargetResult succeeded(String minion) {
        return new TargetResult.Succeeded(minion, TOOK, TargetOutput.NONE);
    }

    private static JobInfo job(boolean cancelled) {
        Counts counts = new Counts(Map.of(TargetState.SUCCEEDED, 2, TargetState.FAILED, 1, TargetState.LOST, 1));
        Command command = Command.shell("uname -r | \u001b[2J it's");
        return new JobInfo(
                JOB,
                Selection.of(new Target("role=web")),
                command,
                "li",
                880_000,
                910_000,
                1_100_000,
                cancelled ? CancelWish.PLAIN.withReason("wrong\u202edisk") : null,
                882_500,
                JobStatus.PARTIAL,
                counts,
                null,
                Remark.NONE);
    }

    private static MinionInfo uncontrollable(String id, Reason reason, String text, int waiting) {
        return new MinionInfo(
                new MinionId(id),
                MinionInfo.Presence.UNCONTROLLABLE,
                new MinionInfo.Uncontrollable(reason, text, 970_000),
                970_000,
                998_000,
                1_000,
                "0.1.0",
                Map.of(),
                Map.of("os", "debian", "os_version", "12"),
                Labels.NONE,
                new MinionInfo.HealthInfo(993_000, -3, 1L << 30, 18_087_936, 4, 3, 125),
                0,
                new MinionInfo.ChannelInfo(waiting, 256, null, 0, 0));
    }

    private static MinionInfo minion() {
        return minion(Labels.NONE);
    }

    private static MinionInfo minion(Labels given) {
        return new MinionInfo(
                new MinionId("web1"),
                MinionInfo.Presence.UP,
                null,
                940_000,
                999_000,
                1_000,
                "0.1.0",
                Map.of("role", "web", "dc", "b\u001bj"),
                Map.of("os", "debian-12"),
                given,
                null,
                3,
                new MinionInfo.ChannelInfo(4, 256, null, 2, 1));
    }

    private int terminal(String... arguments) {
        return run(new Console(out, err, true, StandardCharsets.UTF_8), arguments);
    }

    private int piped(String... arguments) {
        return run(new Console(out, err, false, StandardCharsets.UTF_8), arguments);
    }

    private int run(Console console, String... arguments) {
        return new Cli(session(console, (work, lastWords) -> work.get())).run(arguments);
    }

    private Session session(Console console, Interrupts interrupts) {
        return new Session(console, new Globals(), NOW, Map.of(), null, (globals, url) -> client, interrupts);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void assertGolden(String name) throws IOException {
        try (InputStream in = CliTest.class.getResourceAsStream("/golden/" + name + ".txt")) {
            byte[] promised = Objects.requireNonNull(in, name).readAllBytes();
            assertThat(out() + "--- stderr\n" + err()).isEqualTo(new String(promised, StandardCharsets.UTF_8));
        }
    }
}
