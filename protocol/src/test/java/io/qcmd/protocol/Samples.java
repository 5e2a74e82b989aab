package io.qcmd.protocol;

import io.qcmd.protocol.Control.Verdict;
import io.qcmd.protocol.Discarded.Reason;
import io.qcmd.protocol.MinionInfo.ChannelInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.Return.Captured;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** At least one message of every type on the wire, fixed for ever: the golden bytes are theirs. */
final class Samples {
    static final JobId JOB = JobId.parse("01JZ8QK5T0RM3XD4VK7Q2ABCDE");
    static final JobId OTHER = JobId.parse("01JZ8QK5T0RM3XD4VK7Q2ABCDF");
    static final MinionId WEB1 = new MinionId("web1");
    static final MinionId WEB2 = new MinionId("web2.bj-3.example_com");
    static final long TIME = 1_750_000_000_000L;

    static final Command SHELL =
            Command.shell("uname -n; echo \"größe 漢 😀\" >&2; exit 3").withTimeoutMillis(8_000);
    static final Command EXEC = Command.exec(List.of("/usr/bin/printf", "%s\n", "a b", ""))
            .withStdin(Bytes.wrap(new byte[] {0, 10, -1, -128}))
            .withEnvironment(Map.of("LANG", "C.UTF-8", "APP_MODE", "", "Z", "=x y="))
            .withCwd("/var/tmp")
            .withAllowDaemon(true);
    static final Command SCRIPT = Command.script(Bytes.utf8("#!/bin/sh\necho $1\n"), List.of("one"));

    private static final Captured CAPTURED = new Captured(
            70_000, 8_192, Bytes.wrap(HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2))));
    private static final Return SUCCEEDED =
            new Return(JOB, TargetState.SUCCEEDED, 0, 1_234, CAPTURED, Captured.NONE, 0, null);
    private static final Return TIMED_OUT =
            new Return(JOB, TargetState.TIMED_OUT, 143, 8_000, Captured.NONE, CAPTURED, 2, "timeout of 8,000 ms");
    private static final Discarded DISCARDED = new Discarded(
            Map.of(Reason.UNKNOWN, 2, Reason.UNCONTROLLABLE, 1),
            List.of(
                    new Discarded.Name("WEB 9", Reason.UNKNOWN, true),
                    new Discarded.Name("web8", Reason.UNKNOWN, true),
                    new Discarded.Name("web7", Reason.UNCONTROLLABLE, false)),
            2);
    private static final Selection WEB = Selection.of(new Target("web[1-3]"));
    private static final Selection EVERYTHING = new Selection(
            new Target("*"), new Target("db*"), Selection.WhenUncontrollable.QUEUE, new Selection.Sample(5, true), 100);
    private static final Group GROUP = new Group("web-canary", new Target("web1,web2"), TIME, "uid 0 (root)");
    private static final Counts COUNTS =
            new Counts(Map.of(TargetState.SUCCEEDED, 3, TargetState.RUNNING, 1, TargetState.LOST, 2));
    private static final Remark WHY = new Remark("größe 漢 \" '", Map.of("ticket", "OPS-4711", "a.b-c_9", "x=y"));
    private static final JobInfo INFO = new JobInfo(
            JOB,
            WEB,
            SHELL,
            "uid 0 (root)",
            TIME,
            TIME + 4_000,
            TIME + 57_000,
            new CancelWish("wrong disk", 0L),
            TIME + 12_345,
            JobStatus.CANCELLED,
            COUNTS,
            null,
            WHY);

    private static final JobInfo RETRY = new JobInfo(
            OTHER,
            WEB,
            SHELL,
            "root",
            TIME,
            TIME + 4_000,
            TIME + 57_000,
            null,
            0,
            JobStatus.RUNNING,
            COUNTS,
            new Parent(JOB, Parent.Kind.RETRY, true),
            Remark.NONE);

    /** All of them, each under a name of its own. */
    static final List<Sample> ALL =
            Stream.of(clients(), agents(), pages()).flatMap(List::stream).toList();

    private Samples() {}

    /** A message with the name of its golden file. */
    record Sample(String name, Object message) {
        /** As it travels: a member of a sealed type in a frame, alone. */
        byte[] write(WireCodec codec) {
            if (message instanceof Report report) {
                return codec.encodeReports(List.of(report));
            }
            return message instanceof Control control ? codec.encodeControls(List.of(control)) : codec.encode(message);
        }

        Object read(WireCodec codec, byte[] bytes) {
            if (isTagged()) {
                List<?> frame = message instanceof Report ? codec.decodeReports(bytes) : codec.decodeControls(bytes);
                return frame.size() == 1 ? frame.get(0) : frame;
            }
            return codec.decode(bytes, message.getClass());
        }

        boolean isTagged() {
            return message instanceof Report || message instanceof Control;
        }

        /** Agents speak CBOR; clients choose. */
        boolean isJsonToo() {
            return !isTagged() && !(message instanceof Message);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Every type that the wire knows, from the routes and the sealed types themselves. */
    static Set<Class<?>> wireTypes() {
        Set<Class<?>> types = new LinkedHashSet<>(List.of(Setup.class, WireError.class));
        for (Route route : Route.values()) {
            for (Class<?> type : List.of(route.request(), route.answer())) {
                types.addAll(type.isSealed() ? List.of(type.getPermittedSubclasses()) : List.of(type));
            }
        }
        return types;
    }

    private static List<Sample> clients() {
        return samples(
                Setup.agent(WEB1, "0.1.0"),
                "setup-client",
                Setup.client("0.1.0"),
                new WireError(ErrorCode.NO_MINIONS_MATCHED, "No minions matched the target 'wbe*'", "near: web*", 0),
                new Route.Empty(),
                new Submit("r-1", WEB, SHELL, null),
                "submit-exec",
                new Submit("r-2", EVERYTHING, EXEC, 2_500L, "ops", WHY),
                "submit-script",
                new Submit("r-3", WEB, SCRIPT, 1L),
                new ResultQuery(JOB, 17, true, false, List.of(WEB1, WEB2)),
                new CancelQuery(JOB, List.of(WEB2), new CancelWish("größe 漢", 500L)),
                new JobRef("@last"),
                new JobQuery(
                        20,
                        true,
                        Set.of(JobStatus.FAILED, JobStatus.RUNNING),
                        86_400_000L,
                        Map.of("ticket", "OPS-4711")),
                new Redo("r-4", JOB, EVERYTHING, false, WHY),
                "redo-same",
                new Redo("r-5", JOB, null, true, Remark.NONE),
                new Retry("r-6", JOB, Retry.USUAL, WHY),
                new TargetQuery(JOB, Retry.UNKNOWN),
                new TraceQuery(JOB, WEB1),
                new MinionQuery(Selection.of(new Target("role=web")), Presence.UNCONTROLLABLE),
                new PingQuery(Selection.of(Target.ALL), 5_000),
                new Quarantine(new Target("web1"), true, "fan broken"),
                new Relabel(
                        new Target("web*"),
                        new Labels.Change(
                                new Labels(Map.of("role", "web", "dc", "größe 漢")), List.of("old", "a.b-c_D"))),
                new TapQuery(WEB1),
                new MinionRef(WEB1),
                new PreviewQuery(EVERYTHING),
                new GroupDraft("web-canary", new Target("web1,web2")),
                new GroupRef("web-canary"));
    }

    private static List<Sample> agents() {
        return samples(
                new Message(JOB, EXEC),
                new Hello(
                        "epoch-1",
                        4_711,
                        "0b5c1f2e-8f3c-4d9a-9f2b-3c1a2b4d5e6f",
                        "instance-1",
                        "0.1.0",
                        Map.of("role", "web", "dc", "bj"),
                        Map.of("os", "linux"),
                        List.of(new Hello.Entry(JOB, true), new Hello.Entry(OTHER, false)),
                        true),
                new Output(JOB, Output.Stream.STDERR, 65_536, Bytes.wrap(new byte[] {'e', 'r', 'r', '\n', 0, -1})),
                new Report.Ready(JOB),
                new Report.Refused(JOB, "disk: 3 % left; 5 % are needed"),
                new Report.NeverStarted(JOB),
                new Report.Started(JOB),
                new Report.Done(SUCCEEDED),
                "done-timed-out",
                new Report.Done(TIMED_OUT),
                new Report.Pong(Long.MIN_VALUE),
                new Report.Health(TIME, 1L << 30, 4 << 20, 4, 3, 125),
                new Report.Journaled(4_715),
                new Control.Reconciled(
                        "deployment-1",
                        20_000,
                        List.of(
                                new Verdict(JOB, Verdict.Kind.SEND, 8_192, 0, 262_144),
                                new Verdict(OTHER, Verdict.Kind.SETTLED, 0, 0, 0)),
                        true),
                new Control.Go(JOB, 8_192),
                new Control.Voided(JOB),
                new Control.Committed(JOB, Output.Stream.STDOUT, 1L << 40, 262_144),
                new Control.Settled(List.of(JOB, OTHER)),
                new Control.Cancel(JOB, 500L),
                "cancel-plain",
                new Control.Cancel(JOB, null),
                new Control.Ping(42));
    }

    private static List<Sample> pages() {
        Fate fate =
                new Fate(18, WEB1, TargetState.SUCCEEDED, TIME, SUCCEEDED, Bytes.utf8("ok\n"), Bytes.EMPTY, null, true);
        Fate expired = new Fate(
                19, WEB2, TargetState.EXPIRED, TIME, null, Bytes.EMPTY, Bytes.EMPTY, "not taken within 4 s", false);
        Map<String, String> labels = Map.of("role", "web");
        return samples(
                new Accepted(JOB, 3, DISCARDED, TIME, TIME + 57_000),
                new ResultPage(
                        19,
                        List.of(fate, expired),
                        List.of(new ResultPage.Piece(17, WEB1, Output.Stream.STDOUT, 0, Bytes.utf8("ok\n"))),
                        List.of(new ResultPage.Hint(WEB2, TargetState.RUNNING)),
                        COUNTS,
                        false),
                new CancelPage(List.of(
                        new CancelPage.Answer(WEB1, CancelPage.Effect.FENCED, TargetState.CANCELLED, TIME),
                        new CancelPage.Answer(WEB2, CancelPage.Effect.PENDING, TargetState.RUNNING, TIME))),
                INFO,
                new JobPage(List.of(INFO, RETRY)),
                new TargetPage(List.of(TargetInfo.of(fate), new TargetInfo(WEB2, TargetState.QUEUED, 0, null, null))),
                new Trace(
                        JOB,
                        WEB1,
                        TargetState.SUCCEEDED,
                        List.of(
                                new Trace.Step(Trace.Kind.OFFERED, TIME + 1, "offer 2"),
                                new Trace.Step(Trace.Kind.SETTLED, null, "row 18 of the ledger"))),
                new MinionPage(List.of(
                        new MinionInfo(
                                WEB1,
                                Presence.UP,
                                null,
                                TIME,
                                TIME + 1,
                                TIME - 1,
                                "0.1.0",
                                labels,
                                Map.of(),
                                new Labels(Map.of("role", "canary")),
                                new MinionInfo.HealthInfo(TIME, -3, 1L << 30, 4 << 20, 4, 3, 125),
                                2,
                                new ChannelInfo(4, 256, JOB, 2, 1)),
                        new MinionInfo(
                                WEB2,
                                Presence.UNCONTROLLABLE,
                                new Uncontrollable(Uncontrollable.Reason.QUARANTINED, "fan broken", TIME),
                                TIME,
                                0,
                                TIME,
                                "",
                                Map.of(),
                                labels,
                                Labels.NONE,
                                null,
                                0,
                                new ChannelInfo(0, 4, null, 0, 0)))),
                new PingPage(List.of(new PingPage.Pong(WEB1, 512), new PingPage.Pong(WEB2, -1))),
                new BusStatus(
                        "0.1.0",
                        "deployment-1",
                        TIME,
                        TIME + 1,
                        "sqlite",
                        20_037,
                        20_000,
                        37,
                        3,
                        4,
                        5,
                        6,
                        7,
                        new BusStatus.Pressure(120, 1, 10_000, 0, 1L << 28, 8, 9),
                        new BusStatus.Callbacks(10, 11, "ops: answered 503")),
                new Quarantined(3, 2),
                new Relabelled(3, 2),
                new TapPage(List.of(new TapPage.Copy(new Message(JOB, EXEC), TIME, TIME + 4_000)), 7),
                new PreviewPage(3, DISCARDED.counts(), List.of(WEB1, WEB2), DISCARDED.names()),
                GROUP,
                new GroupPage(List.of(GROUP)),
                new Callback(
                        Callback.id(JOB, 18),
                        Callback.TARGETS_ENDED,
                        JOB,
                        List.of(
                                Callback.Ended.of(WEB1, TargetState.TIMED_OUT, TIME, TIMED_OUT, null, true),
                                Callback.Ended.of(
                                        WEB2, TargetState.EXPIRED, TIME, null, "not taken within 4 s", false))));
    }

    // A text names the message after it; the others are named after their type.
    private static List<Sample> samples(Object... namesAndMessages) {
        List<Sample> samples = new ArrayList<>();
        String name = "";
        for (Object next : namesAndMessages) {
            if (next instanceof String given) {
                name = given;
            } else {
                samples.add(new Sample(name.isEmpty() ? nameOf(next.getClass()) : name, next));
                name = "";
            }
        }
        return samples;
    }

    private static String nameOf(Class<?> type) {
        String simple = type.getSimpleName();
        return simple.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
