package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.qcmd.protocol.Return.Captured;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every limit from both sides: the last value that is taken, and the next one that is not. */
class LimitsOfMessagesTest {
    private static final JobId JOB = Samples.JOB;
    private static final Command TRUE = Command.shell("true");

    @ParameterizedTest
    @MethodSource("limits")
    void theLimitItself_isTaken_andOneMoreIsRefusedWithWhatValueAndRule(
            IntFunction<Object> make, int limit, List<String> words) {
        assertThatCode(() -> make.apply(limit)).doesNotThrowAnyException();
        refused(() -> make.apply(limit + 1), words);
    }

    private static Stream<Arguments> limits() {
        return Stream.of(
                limit("word", n -> Command.shell("x".repeat(n)), Limits.WORD, "argv", "65536", "65535"),
                limit("words", LimitsOfMessagesTest::words, Limits.WORDS, "argv", "131073", "131072"),
                limit("word in UTF-8", n -> Command.shell("x" + "漢".repeat(n)), 21_844, "argv", "65536", "65535"),
                limit("script", n -> Command.script(zeros(n), List.of()), Limits.SCRIPT, "script", "524289", "524288"),
                limit("stdin", n -> TRUE.withStdin(zeros(n)), Limits.STDIN, "stdin", "262145", "262144"),
                limit(
                        "environment",
                        n -> TRUE.withEnvironment(Map.of("A", "x".repeat(n))),
                        65_533,
                        "environment",
                        "65537",
                        "65536"),
                limit("entries", n -> TRUE.withEnvironment(names("K", n, 0)), 64, "environment", "65", "64"),
                limit("name", n -> TRUE.withEnvironment(Map.of("N".repeat(n), "")), 128, "environment", "NNN", "128"),
                limit("cwd", n -> TRUE.withCwd("/" + "x".repeat(n - 1)), 4_095, "cwd", "/xxx", "4,095"),
                limit("timeout", n -> TRUE.withTimeoutMillis(n), 86_400_000, "timeout", "86400001", "24 h"),
                limit("target", n -> new Target("x".repeat(n)), Limits.TARGET_TEXT, "target", "2097153", "2097152"),
                limit(
                        "chunk",
                        n -> new Output(JOB, Output.Stream.STDOUT, 0, zeros(n)),
                        Limits.CHUNK,
                        "output",
                        "65537",
                        "65536"),
                limit("epoch", n -> hello("e".repeat(n), Map.of(), 0), 256, "hello", "257", "256"),
                limit("labels", n -> hello("e", names("k", n, 1), 0), 64, "hello", "65 labels", "64"),
                limit("label name", n -> hello("e", Map.of("k".repeat(n), "v"), 0), 64, "hello", "65", "64"),
                limit("label value", n -> hello("e", Map.of("k", "v".repeat(n)), 0), 256, "hello", "257", "256"),
                limit("entries of hello", n -> hello("e", Map.of(), n), 512, "hello", "513", "512"),
                limit("given labels", n -> new Labels(values(n)), 32, "labels", "33", "32"),
                limit("label to set", n -> new Labels(Map.of("k".repeat(n), "v")), 64, "labels", "kkk", "1-64"),
                limit("its value", n -> new Labels(Map.of("k", "v".repeat(n))), 256, "labels", "257", "1-256"),
                limit("labels to remove", n -> change(Map.of(), n), 32, "labels", "33 to remove", "32"),
                limit("reason", n -> Remark.NONE.withReason("r".repeat(n)), 256, "reason", "257", "256"),
                limit("reason of a cancel", n -> new CancelWish("r".repeat(n), null), 256, "reason", "257", "256"),
                limit("notes", n -> new Remark("", values(n)), 16, "notes", "17", "16"),
                limit("note", n -> Remark.NONE.withNote("n".repeat(n), "v"), 64, "notes", "nnn", "1-64"),
                limit("value of a note", n -> Remark.NONE.withNote("n", "v".repeat(n)), 256, "notes", "257", "1-256"),
                limit("exit code", n -> ended(n, 0), 255, "return", "256", "255"),
                limit("version", n -> Setup.client("v".repeat(n)), 64, "setup", "65", "64"),
                limit("request id", n -> submit("r".repeat(n)), 64, "requestId", "rrr", "1-64"),
                limit(
                        "minions of a cancel",
                        n -> new CancelQuery(JOB, minions(n), CancelWish.PLAIN),
                        256,
                        "cancel",
                        "257",
                        "256"),
                limit(
                        "minions of results",
                        n -> new ResultQuery(JOB, 0, true, true, minions(n)),
                        256,
                        "minions",
                        "257",
                        "256"),
                limit("jobs", JobQuery::newest, 10_000, "limit", "10001", "10,000"),
                limit("ping timeout", n -> new PingQuery(Selection.of(Target.ALL), n), 60_000, "ping", "60001", "60 s"),
                limit("job reference", n -> new JobRef("0".repeat(n)), 26, "job", "000", "26"));
    }

    @Test
    void whatIsTooSmall_isRefusedToo() {
        refused(() -> Command.exec(List.of()), List.of("argv", "program"));
        refused(() -> Command.exec(List.of("", "x")), List.of("argv", "program"));
        refused(() -> Command.script(Bytes.EMPTY, List.of()), List.of("script", "0", "1"));
        refused(() -> TRUE.withTimeoutMillis(0), List.of("timeout", "0", "1 ms"));
        refused(() -> TRUE.withTimeoutMillis(Long.MIN_VALUE), List.of("timeout", "-9223372036854775808", "1 ms"));
        refused(() -> new Target(""), List.of("target", "empty"));
        refused(() -> new Target("\t \u2003"), List.of("target", "empty"));
        refused(() -> new Output(JOB, Output.Stream.STDOUT, 0, Bytes.EMPTY), List.of("output", "0 bytes", "1"));
        refused(() -> new Output(JOB, Output.Stream.STDOUT, Long.MAX_VALUE, zeros(1)), List.of("output", "0 to"));
        refused(() -> new Output(JOB, Output.Stream.STDOUT, -1, zeros(1)), List.of("output", "-1", "0"));
        refused(() -> hello("", Map.of(), 0), List.of("hello", "0", "1"));
        refused(() -> submit(""), List.of("requestId", "''", "1-64"));
        refused(() -> JobQuery.newest(0), List.of("limit", "0", "1"));
        refused(() -> JobQuery.newest(10_001), List.of("limit", "10001", "10,000"));
        refused(() -> new JobQuery(1, false, Set.of(), 0L, Map.of()), List.of("within", "0", "1 ms"));
        refused(() -> new Redo("r 1", JOB, null, false, Remark.NONE), List.of("requestId", "64"));
        refused(
                () -> new Redo("r-1", JOB, Selection.of(Target.ALL), true, Remark.NONE),
                List.of("same minions", "one of both"));
        refused(() -> new Retry("", JOB, Retry.USUAL, Remark.NONE), List.of("requestId", "64"));
        refused(() -> new Retry("r-1", JOB, Set.of(), Remark.NONE), List.of("states", "one at least"));
        refused(() -> new Retry("r-1", JOB, Set.of(TargetState.RUNNING), Remark.NONE), List.of("RUNNING", "final"));
        refused(() -> new PingQuery(Selection.of(Target.ALL), 0), List.of("ping", "0", "1 ms"));
        refused(() -> new JobRef("00000"), List.of("job", "'00000'", "last 6"));
        refused(() -> new ResultQuery(JOB, -1, true, true, List.of()), List.of("cursor", "-1", "0"));
        refused(() -> new Submit("r", Selection.of(Target.ALL), TRUE, 0L), List.of("expire", "0", "1 ms"));
        refused(
                () -> new Submit("r", Selection.of(Target.ALL), TRUE, null, "http://x", Remark.NONE),
                List.of("callback", "'http://x'"));
        refused(() -> CancelWish.PLAIN.withKillAfterMillis(-1), List.of("kill after", "-1", "0 ms"));
        refused(() -> new Control.Cancel(JOB, -1L), List.of("killAfterMillis", "-1", "0"));
        refused(() -> new Control.Go(JOB, -1), List.of("windowBytes", "-1", "0"));
        refused(() -> new Control.Committed(JOB, Output.Stream.STDERR, -1, 0), List.of("offset", "-1", "0"));
    }

    @Test
    void labelsOfOperators_areWhatTargetsCanAskFor() {
        for (String name : List.of("", "a b", "ä", "a=b", "a\n")) {
            refused(() -> new Labels(Map.of(name, "v")), List.of("labels", "use 1-64 of [A-Za-z0-9_.-]"));
        }
        for (String value : List.of("a\nb", "\0", "\ud800")) {
            refused(() -> new Labels(Map.of("k", value)), List.of("labels", "k=", "control characters"));
        }
        refused(() -> new Labels(Map.of("k", "")), List.of("labels", "k", "0 characters", "1-256"));
        refused(() -> change(Map.of(), 0), List.of("labels", "nothing to set or to remove"));
        refused(() -> change(Map.of("k0", "v"), 1), List.of("labels", "'k0'", "set and removed"));
    }

    @Test
    void remarks_areLines_andTheirNamesAreEasyToType() {
        for (String name : List.of("", "Ticket", "a b", "ä", "a=b", "a\n")) {
            refused(() -> Remark.NONE.withNote(name, "v"), List.of("notes", "use 1-64 of [a-z0-9._-]"));
        }
        for (String text : List.of("a\nb", "\0", "\u009b2J", "\ud800")) {
            refused(() -> Remark.NONE.withReason(text), List.of("reason", "control characters"));
            refused(() -> Remark.NONE.withNote("n", text), List.of("notes", "n=", "control characters"));
        }
        refused(() -> Remark.NONE.withNote("n", ""), List.of("notes", "n", "0 characters", "1-256"));
        refused(() -> new JobQuery(1, false, Set.of(), null, Map.of("N", "v")), List.of("notes", "'N'"));
    }

    @Test
    void aRemark_isOverAnEarlierOne_whereItSaysSomething() {
        Remark earlier = new Remark("disk full", Map.of("ticket", "OPS-1", "team", "db"));
        assertThat(Remark.NONE.over(earlier)).isEqualTo(earlier);
        assertThat(Remark.NONE.withNote("ticket", "OPS-2").over(earlier))
                .isEqualTo(new Remark("disk full", Map.of("ticket", "OPS-2", "team", "db")));
        assertThat(Remark.NONE.withReason("again").over(earlier)).isEqualTo(earlier.withReason("again"));
        Remark full = new Remark("", values(Remark.MOST_NOTES));
        refused(() -> Remark.NONE.withNote("one-more", "v").over(full), List.of("notes", "17", "at most 16"));
    }

    @Test
    void aSecondCancel_tightensTheFirst_andNeverLoosensIt() {
        CancelWish soon = CancelWish.PLAIN.withKillAfterMillis(500).withReason("disk full");
        assertThat(soon.after(null)).isEqualTo(soon);
        assertThat(CancelWish.PLAIN.after(soon)).isEqualTo(soon);
        assertThat(soon.after(CancelWish.PLAIN)).isEqualTo(soon);
        assertThat(CancelWish.PLAIN.withKillAfterMillis(900).after(soon)).isEqualTo(soon);
        assertThat(CancelWish.PLAIN.withKillAfterMillis(0).after(soon)).isEqualTo(soon.withKillAfterMillis(0));
        assertThat(CancelWish.PLAIN.withReason("again").after(soon)).isEqualTo(soon.withReason("again"));
    }

    @Test
    void aCommand_isTheKindThatItsPartsSay() {
        refused(() -> command(Command.Kind.SHELL, List.of(), Bytes.EMPTY), List.of("argv", "0 words", "one"));
        refused(() -> command(Command.Kind.SHELL, List.of("a", "b"), Bytes.EMPTY), List.of("argv", "2 words", "one"));
        refused(() -> command(Command.Kind.SHELL, List.of("a"), zeros(1)), List.of("script", "size 1", "0"));
        refused(() -> command(Command.Kind.EXEC, List.of("a"), zeros(1)), List.of("script", "size 1", "0"));
        assertThat(command(Command.Kind.SCRIPT, List.of(), zeros(1)).argv()).isEmpty();
        assertThat(Command.exec(List.of("/bin/echo", "")).argv()).containsExactly("/bin/echo", "");
    }

    @Test
    void nulAndHalfACharacter_areRefusedWhereTheyCouldHide() {
        for (String bad : List.of("a\0b", "\ud800", "a\udc00b")) {
            refused(() -> Command.shell(bad), List.of("argv", "NUL or half a character"));
            refused(() -> TRUE.withEnvironment(Map.of("A", bad)), List.of("environment A", "NUL or half a character"));
            refused(() -> TRUE.withCwd("/" + bad), List.of("cwd", "NUL or half a character"));
        }
        refused(() -> new Target("a\ud800"), List.of("target", "half a character"));
        refused(() -> new Target("web1\nweb2"), List.of("target", "control character at index 4"));
        refused(() -> TRUE.withCwd("tmp"), List.of("cwd", "'tmp'", "absolute"));
        refused(() -> submit("a b"), List.of("requestId", "'a b'", "without spaces"));
    }

    @Test
    @Tag("A45")
    void namesThatChangeHowProgramsAreLoaded_areRefused() {
        for (String name : List.of(
                "PATH",
                "LD_PRELOAD",
                "LD_",
                "BASH_ENV",
                "ENV",
                "IFS",
                "SHELLOPTS",
                "PYTHONPATH",
                "PERL5LIB",
                "RUBYOPT",
                "JAVA_TOOL_OPTIONS",
                "_JAVA_OPTIONS",
                "QCMD_JOB")) {
            refused(
                    () -> TRUE.withEnvironment(Map.of(name, "")),
                    List.of("environment name '" + name + "'", "refused"));
        }
        for (String name : List.of("", "1A", "A-B", "A=B", "A B", "Ä", "A\0")) {
            refused(() -> TRUE.withEnvironment(Map.of(name, "")), List.of("environment name", "use [A-Za-z_]"));
        }
        assertThat(TRUE.withEnvironment(Map.of("path", "", "MY_LD_X", "", "_", ""))
                        .environment())
                .hasSize(3);
    }

    @Test
    void aReturn_saysOnlyWhatItsStateAllows() {
        for (TargetState state : TargetState.values()) {
            ThrowingCallable make = () -> new Return(JOB, state, null, 0, Captured.NONE, Captured.NONE, 0, null);
            boolean hasExit = state == TargetState.SUCCEEDED || state == TargetState.FAILED;
            if (state.isEndOfARun() && !hasExit) {
                assertThatCode(make).doesNotThrowAnyException();
            } else {
                refused(make, List.of("return", state.name()));
            }
        }
        refused(
                () -> new Return(JOB, TargetState.SUCCEEDED, 1, 0, Captured.NONE, Captured.NONE, 0, null),
                List.of("SUCCEEDED", "1"));
        refused(
                () -> new Return(JOB, TargetState.FAILED, 0, 0, Captured.NONE, Captured.NONE, 0, null),
                List.of("FAILED", "0"));
        refused(() -> ended(-1, 0), List.of("exit code", "-1", "0"));
        refused(() -> ended(1, -1), List.of("duration", "-1"));
    }

    @Test
    void whatWasCaptured_isAtMostWhatWasWritten_andHasItsHash() {
        assertThat(new Captured(9, 3, zeros(32)).truncated()).isTrue();
        assertThat(new Captured(3, 3, zeros(32)).truncated()).isFalse();
        refused(() -> new Captured(2, 3, zeros(32)), List.of("captured", "3", "2", "kept <= total"));
        refused(() -> new Captured(3, -1, zeros(32)), List.of("captured", "-1"));
        refused(() -> new Captured(3, 3, zeros(31)), List.of("captured", "31", "32"));
        refused(() -> new Captured(3, 0, zeros(32)), List.of("captured", "32"));
    }

    @Test
    void onlyAnAgent_namesItsMinion() {
        refused(() -> new Setup(1, Setup.Role.AGENT, null, "v"), List.of("setup", "agent"));
        refused(() -> new Setup(1, Setup.Role.CLIENT, Samples.WEB1, "v"), List.of("setup", "agent"));
    }

    @Test
    void aFate_isAFinalState() {
        refused(
                () -> new Fate(1, Samples.WEB1, TargetState.RUNNING, 0, null, Bytes.EMPTY, Bytes.EMPTY, null, false),
                List.of("fate", "RUNNING", "no final state"));
    }

    @Test
    void aLongReason_isCutBetweenTwoCharacters() {
        String smileys = "😀".repeat(600);
        assertThat(new Report.Refused(JOB, smileys).reason()).hasSize(1_023).endsWith("😀…");
        assertThat(Return.without(JOB, TargetState.REJECTED, "x" + smileys).reason())
                .hasSize(1_024)
                .endsWith("😀…");
        assertThat(new WireError(ErrorCode.BUSY, smileys, smileys, 0).hint()).hasSize(1_023);
        assertThat(new Report.Refused(JOB, "x".repeat(1_024)).reason()).isEqualTo("x".repeat(1_024));
    }

    @Test
    void collections_areCopied() {
        Map<String, String> mine = new HashMap<>(Map.of("A", "1"));
        Command command = TRUE.withEnvironment(mine);
        mine.put("PATH", "/tmp");
        assertThat(command.environment()).containsOnlyKeys("A");
        byte[] bytes = {1};
        Bytes copy = Bytes.copyOf(bytes);
        bytes[0] = 2;
        copy.toArray()[0] = 3;
        assertThat(copy).isEqualTo(Bytes.wrap(new byte[] {1}));
    }

    private static Arguments limit(String what, IntFunction<Object> make, int limit, String... words) {
        return Arguments.of(Named.of(what, make), limit, List.of(words));
    }

    private static void refused(ThrowingCallable make, List<String> words) {
        assertThat(catchThrowable(make))
                .isInstanceOfAny(QcmdException.class, IllegalArgumentException.class)
                .message()
                .contains(words)
                .hasSizeLessThan(400);
    }

    // Three words of together n bytes, each with its end.
    private static Command words(int n) {
        String word = "x".repeat((n - 3) / 3);
        return Command.exec(List.of(word, word, "x".repeat(n - 3 - 2 * word.length())));
    }

    private static Command command(Command.Kind kind, List<String> argv, Bytes script) {
        return new Command(kind, argv, script, Bytes.EMPTY, Map.of(), null, null, 1, false);
    }

    private static Hello hello(String epoch, Map<String, String> labels, int entries) {
        return new Hello(
                epoch,
                0,
                "b",
                "i",
                "v",
                labels,
                Map.of(),
                Collections.nCopies(entries, new Hello.Entry(JOB, true)),
                true);
    }

    private static Return ended(int exit, long duration) {
        return new Return(JOB, TargetState.FAILED, exit, duration, Captured.NONE, Captured.NONE, 0, null);
    }

    private static Submit submit(String requestId) {
        return new Submit(requestId, Selection.of(Target.ALL), TRUE, null);
    }

    private static List<MinionId> minions(int n) {
        return Collections.nCopies(n, Samples.WEB1);
    }

    private static Map<String, String> names(String prefix, int n, int from) {
        Map<String, String> names = new HashMap<>();
        for (int i = from; i < from + n; i++) {
            names.put(prefix + i, "");
        }
        return names;
    }

    private static Map<String, String> values(int n) {
        Map<String, String> values = names("k", n, 0);
        values.replaceAll((name, none) -> "v");
        return values;
    }

    private static Labels.Change change(Map<String, String> set, int removed) {
        return new Labels.Change(
                new Labels(set),
                names("k", removed, 0).keySet().stream().sorted().toList());
    }

    private static Bytes zeros(int n) {
        return Bytes.wrap(new byte[n]);
    }
}
