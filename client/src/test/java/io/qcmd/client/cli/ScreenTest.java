package io.qcmd.client.cli;

import static io.qcmd.client.cli.JobEvents.failed;
import static io.qcmd.client.cli.JobEvents.lost;
import static io.qcmd.client.cli.JobEvents.output;
import static io.qcmd.client.cli.JobEvents.progress;
import static io.qcmd.client.cli.JobEvents.started;
import static io.qcmd.client.cli.JobEvents.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import reactor.core.publisher.Flux;

/** Many minions on a terminal of 100 columns. */
class ScreenTest {
    private static final String FRAME = "\u001b[?7l";

    private final FakeClient client = new FakeClient();
    private final JobEvents.SettableClock clock = new JobEvents.SettableClock();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void showsWhoEndedAlikeInOneRow_theMostFirst() {
        List<JobEvent> events = new ArrayList<>();
        IntStream.rangeClosed(1, 7).filter(i -> i != 3).forEach(i -> events.add(succeeded("db" + i, "active\n")));
        events.add(failed("db3", 3, "inactive\n", ""));
        events.add(lost("db9"));
        events.add(succeeded("db8", ""));

        assertThat(show(events)).isEqualTo(4);
        assertThat(out()).isEqualTo("""
                ━━ active                                             6 minions  db[1-2,4-7]
                ━━ ✓ no output                                        1 minion   db8
                ━━ ✗ exit 3 · inactive                                1 minion   db3
                ━━ ? LOST · executed unknown · no answer by 20:15:42  1 minion   db9
                """);
        assertThat(err()).endsWith("""
                9 minions · 7 ok · 1 failed · 1 lost · 0.00 s · exit 4 (some have no exit status)
                details: qcmd jobs output 4VK7Q2 db3
                the rest again: qcmd retry 4VK7Q2 --failed --unknown
                """);
    }

    @Test
    void showsHowOthersDifferFromTheMost() {
        String hosts = "127.0.0.1 localhost\n::1 localhost\n10.0.0.1 bus\n";
        List<JobEvent> events = new ArrayList<>();
        IntStream.rangeClosed(1, 6).forEach(i -> events.add(succeeded("web" + i, hosts)));
        events.add(succeeded("web7", hosts.replace("10.0.0.1", "10.0.0.2")));
        events.add(succeeded("web8", "all\nelse\n"));

        assertThat(show(events)).isZero();
        assertThat(out()).isEqualTo("""
                ━━ ✓ 3 lines  6 minions  web[1-6]
                127.0.0.1 localhost
                ::1 localhost
                10.0.0.1 bus
                ━━ ✓ 3 lines  1 minion   web7
                - 10.0.0.1 bus
                + 10.0.0.2 bus
                ━━ ✓ 2 lines  1 minion   web8
                all
                else
                """);
    }

    @Test
    void showsAllOfATitleThatIsCut_andHowItDiffersFromTheMost() {
        String server =
                "nginx built with OpenSSL 3.0.11 19 Sep 2023, TLS SNI support enabled, for x86_64-linux-gnu, version ";
        String reason =
                "over its timeout of 2 s, ended by SIGTERM, which all of its four processes took; " + "a".repeat(40);
        List<JobEvent> events = new ArrayList<>();
        IntStream.rangeClosed(1, 6).forEach(i -> events.add(succeeded("web" + i, server + "1.22.1\n")));
        events.add(succeeded("web7", server + "1.18.0\n"));
        events.add(failed("web8", 127, "", "sh: 1: " + server + "\n"));
        events.add(JobEvents.ended(new TargetResult.TimedOut("web9", Duration.ofSeconds(2), output("", ""), reason)));

        assertThat(show(events)).isEqualTo(4);
        String cut = "nginx built with OpenSSL 3.0.11 19 Sep 2023, TLS SNI support enabled, for x…";
        assertThat(out().lines())
                .containsExactly(
                        "━━ " + cut + "  6 minions  web[1-6]",
                        server + "1.22.1",
                        "━━ " + cut + "  1 minion   web7",
                        "- " + server + "1.22.1",
                        "+ " + server + "1.18.0",
                        "━━ ✗ exit 127 · sh: 1: nginx built with OpenSSL 3.0.11 19 Sep 2023, TLS SNI su…  1 minion   web8",
                        "sh: 1: " + server,
                        "━━ ? TIMED_OUT · executed yes · over its timeout of 2 s, ended by SIGTERM, whi…  1 minion   web9",
                        "? TIMED_OUT · executed yes · " + reason);
    }

    @Test
    void saysWhereTheRestIs_ofALineThatIsTooLong() {
        Bytes head = Bytes.utf8("x".repeat(8_192));
        TargetOutput output = new TargetOutput(head, Bytes.EMPTY, 100_000, 0, false, Bytes.EMPTY);
        List<JobEvent> events = new ArrayList<>();
        IntStream.rangeClosed(1, 6)
                .forEach(
                        i -> events.add(JobEvents.ended(new TargetResult.Succeeded("web" + i, Duration.ZERO, output))));

        assertThat(show(events)).isZero();
        assertThat(out().lines()).hasSize(3).endsWith("x".repeat(8_192), "… all of it: qcmd jobs output 4VK7Q2 web1");
    }

    @Test
    void movesAMinionThatWasLost_toWhatItTellsLate() {
        List<JobEvent> events = new ArrayList<>();
        IntStream.rangeClosed(1, 5).forEach(i -> events.add(succeeded("web" + i, "x\n")));
        events.add(lost("web6"));
        events.add(new JobEvent.Ended(new TargetResult.Succeeded("web6", Duration.ZERO, output("x\n", "")), true));

        assertThat(show(events)).isZero();
        assertThat(out()).isEqualTo("━━ x  6 minions  web[1-6]\n");
    }

    @Test
    void tellsMinionsApart_thatLieAboutTheRestOfTheirOutput() {
        Bytes theSame = Bytes.wrap(new byte[32]);
        TargetOutput honest = new TargetOutput(Bytes.utf8("good\n"), Bytes.EMPTY, 5, 0, false, theSame);
        TargetOutput liar = new TargetOutput(Bytes.utf8("evil\n"), Bytes.EMPTY, 5, 0, false, theSame);
        List<JobEvent> events = new ArrayList<>();
        IntStream.rangeClosed(1, 6)
                .forEach(i -> events.add(
                        JobEvents.ended(new TargetResult.Succeeded("web" + i, Duration.ZERO, i == 1 ? liar : honest))));

        assertThat(show(events)).isZero();
        assertThat(out()).isEqualTo("""
                ━━ good  5 minions  web[2-6]
                ━━ evil  1 minion   web1
                """);
    }

    @Test
    void keepsABoundedNumberOfOutputs_andCountsAll() {
        int all = Crowds.MOST + 500;
        Crowds crowds = new Crowds();
        for (int i = 0; i < all; i++) {
            crowds.add(((JobEvent.Ended) succeeded("web" + i, i + "x".repeat(16_000))).result(), false);
        }
        List<Crowd> shown = crowds.bySize();
        assertThat(shown).hasSize(Crowds.MOST + 1);
        assertThat(shown.get(0).title()).isEqualTo("✓ each with another output");
        assertThat(shown.stream().mapToInt(Crowd::size).sum()).isEqualTo(all);
        assertThat(shown.stream()
                        .flatMap(crowd -> crowd.lines().stream())
                        .mapToInt(String::length)
                        .sum())
                .isBetween(Crowds.SAMPLE_BYTES / 2, Crowds.SAMPLE_BYTES);
    }

    @Test
    @Tag("A47")
    void letsNothingThroughThatMovesTheCursor() {
        String nasty = "\u001b]0;owned\u0007\u001b[2J\r\u0008\u009b31m\u202etxt.exe\u2066\n";
        List<JobEvent> events = new ArrayList<>();
        IntStream.rangeClosed(1, 6).forEach(i -> events.add(succeeded("web" + i, nasty)));
        events.add(failed("web7", 1, nasty + nasty, nasty));
        events.add(JobEvents.ended(new TargetResult.Rejected("web8", nasty)));
        client.events = Flux.fromIterable(events).startWith(started(8));
        run(Map.of("TERM", "xterm"), StandardCharsets.UTF_8, "--color=never", "run", "*", "--", nasty);

        String ours = err().replaceAll("\u001b\\[(\\?7[lh]|[AKJ])|\r", "");
        assertThat((out() + ours).codePoints().filter(c -> c != '\n')).allMatch(Escape::isHarmless);
        assertThat(out()).contains("\\x1b]0;owned\\x07\\x1b[2J\\x0d\\x08\\x9b31m\\u202etxt.exe\\u2066");
    }

    @Test
    void drawsAtMostTenTimesASecond_andNothingInTheFirstThird() {
        draw(10_000, Map.of("TERM", "xterm"));
        assertThat(frames()).isBetween(90, 98);
        err.reset();
        draw(299, Map.of("TERM", "xterm"));
        assertThat(frames()).isZero();
    }

    @Test
    void drawsNothing_whereTheCursorCannotBeMoved_orNobodyWantsIt() {
        draw(2_000, Map.of("TERM", "dumb"));
        draw(2_000, Map.of());
        draw(2_000, Map.of("TERM", "xterm"), "--no-progress");
        draw(2_000, Map.of("TERM", "xterm"), "-q");
        assertThat(frames()).isZero();
    }

    @Test
    void tellsALineEveryTenSeconds_inAPipe_whenSomebodyWantsToKnow() {
        watch(new Console(out, err, false, StandardCharsets.UTF_8), 35_000, "-v");
        assertThat(err().lines())
                .hasSize(3)
                .first()
                .asString()
                .startsWith("100/1,000  10%  ✓ 100 · running 900 · ")
                .endsWith("10.0 s");
    }

    @Test
    void saysInTheRow_thatTheBusIsAway() {
        Session session = session(console(Map.of("TERM", "xterm"), StandardCharsets.UTF_8));
        Progress progress = new Progress(session, new Tally(), OnInterrupt.ASK);
        progress.begin(1);
        progress.count(progress(1, 0));
        progress.count(new JobEvent.BusLost());
        clock.millis = 1_000;
        progress.tick(new GroupedView(session.console()));
        assertThat(err()).contains("  0/1  0%  ✓ 0 · bus not reachable, trying again · running 1 · 1.00 s");
        err.reset();
        progress.count(progress(1, 0));
        clock.millis = 2_000;
        progress.tick(new GroupedView(session.console()));
        assertThat(err()).contains("  0/1  0%  ✓ 0 · running 1 · 2.00 s");
    }

    @Test
    void saysInALine_thatTheBusIsAway_whereNothingIsDrawn() {
        Flux<JobEvent> events = Flux.just(
                started(1),
                progress(1, 0),
                new JobEvent.BusLost(),
                progress(1, 0),
                succeeded("web1", ""),
                progress(0, 1));
        client.events = events;
        for (String option : List.of("--no-progress", "-q")) {
            err.reset();
            run(Map.of("TERM", "xterm"), StandardCharsets.UTF_8, option, "run", "*", "--", "x");
            assertThat(err().contains("bus not reachable, trying again\nthe bus is there again\n"))
                    .as(option)
                    .isEqualTo(option.equals("--no-progress"));
        }
    }

    @Test
    void fitsTheWindow_whateverItsWidth() {
        for (int columns : new int[] {1, 10, 40, 100, 300}) {
            err.reset();
            Place place = new Place(
                    true, true, StandardCharsets.UTF_8, Map.of("TERM", "xterm"), () -> new Place.Window(columns, 10));
            watch(new Console(out, err, place), 2_000);
            assertThat(rows(err()))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(Width.of(row)).isLessThanOrEqualTo(columns));
        }
    }

    @Test
    void showsTheBarAndTheLargestGroupsUnderIt() {
        draw(60_000, Map.of("TERM", "xterm"));
        assertThat(rows(err()).filter(row -> row.contains("/1,000")).reduce((first, last) -> last))
                .hasValue(
                        " ████████████████████████░░░░░░░░░░░░░░░░  600/1,000  60%  ✓ 600 · running 400 · 10/s · 60.0 s");
        assertThat(rows(err())).contains("  same  9 minions  web[1-9]", "^C cancel/detach");
    }

    @Test
    void clearsARowBeforeItIsWritten_asBehindItTheCursorMayStandOnTheLastCharacter() {
        Console console = console(Map.of("TERM", "xterm"), StandardCharsets.UTF_8);
        console.draw(List.of("one", "two"));
        console.draw(List.of("three"));
        assertThat(err())
                .isEqualTo("\u001b[?7l\r\u001b[Kone\n\u001b[Jtwo\u001b[?7h"
                        + "\u001b[?7l\r\u001b[A\u001b[Jthree\u001b[?7h");
    }

    @Test
    void rowsGiveWayToWhatIsPrinted_andAreNotThereAtTheEnd() {
        Console console = console(Map.of("TERM", "xterm"), StandardCharsets.UTF_8);
        console.draw(List.of("one", "two"));
        err.reset();
        console.print("result");
        assertThat(err()).isEmpty();
        console.flush();
        assertThat(err()).isEqualTo("\r\u001b[A\u001b[J");
        console.note("note");
        assertThat(err()).isEqualTo("\r\u001b[A\u001b[Jnote\n");
    }

    @Test
    void fallsBackToAscii() {
        run(events(6), Map.of("TERM", "xterm"), StandardCharsets.US_ASCII, "run", "*", "--", "x");
        assertThat(out()).isEqualTo("== x  6 minions  web[1-6]\n");
    }

    @Test
    void coloursAreAnOptionAboveTheEnvironment() {
        assertThat(isColoured(Map.of("TERM", "xterm"))).isTrue();
        assertThat(isColoured(Map.of("TERM", "dumb"))).isFalse();
        assertThat(isColoured(Map.of())).isFalse();
        assertThat(isColoured(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
        assertThat(isColoured(Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
        assertThat(isColoured(Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1"))).isTrue();
        assertThat(isColoured(Map.of("CLICOLOR_FORCE", "0"))).isFalse();
        assertThat(isColoured(Map.of("TERM", "xterm"), "--color", "never")).isFalse();
        assertThat(isColoured(Map.of("NO_COLOR", "1"), "--color", "always")).isTrue();
    }

    private boolean isColoured(Map<String, String> environment, String... options) {
        out.reset();
        Flux<JobEvent> events = Flux.just(started(1), failed("web1", 1, "", ""), progress(0, 0));
        String[] words = Stream.concat(Stream.of(options), Stream.of("run", "*", "--", "x"))
                .toArray(String[]::new);
        run(events, environment, StandardCharsets.UTF_8, words);
        boolean coloured = out().contains("\u001b[31m✗\u001b[0m web1");
        assertThat(coloured || out().startsWith("✗ web1")).isTrue();
        return coloured;
    }

    private int show(List<JobEvent> events) {
        return run(
                Flux.fromIterable(events).startWith(started(events.size())),
                Map.of(),
                StandardCharsets.UTF_8,
                "run",
                "*",
                "--",
                "x");
    }

    private void draw(long millis, Map<String, String> environment, String... options) {
        watch(console(environment, StandardCharsets.UTF_8), millis, options);
    }

    /** A job of 1,000 minions that tells something every millisecond, and of which one ends every hundred. */
    private void watch(Console console, long millis, String... options) {
        Session session = session(console);
        CommandLine.populateCommand(session.globals(), options);
        console.follow(session.globals());
        Tally tally = new Tally();
        Progress progress = new Progress(session, tally, OnInterrupt.ASK);
        GroupedView view = new GroupedView(console);
        progress.begin(1_000);
        for (int i = 1; i <= millis; i++) {
            clock.millis++;
            if (i % 100 == 0) {
                JobEvent end = succeeded("web" + i / 100, "same\n");
                tally.count(end);
                view.show(end);
            }
            progress.count(progress(1_000 - i / 100, i / 100));
            progress.tick(view);
        }
    }

    private static Flux<JobEvent> events(int targets) {
        return Flux.range(1, targets).map(i -> succeeded("web" + i, "x\n")).startWith(started(targets));
    }

    private int run(Flux<JobEvent> events, Map<String, String> environment, Charset charset, String... words) {
        client.events = events;
        return run(environment, charset, words);
    }

    private int run(Map<String, String> environment, Charset charset, String... words) {
        return new Cli(session(console(environment, charset))).run(words);
    }

    private Console console(Map<String, String> environment, Charset charset) {
        return new Console(out, err, new Place(true, true, charset, environment, () -> new Place.Window(100, 30)));
    }

    private Session session(Console console) {
        Interrupts none = (work, lastWords) -> work.get();
        return new Session(console, new Globals(), clock, Map.of(), null, (globals, url) -> client, none);
    }

    private int frames() {
        return err().split(Pattern.quote(FRAME), -1).length - 1;
    }

    /** What was drawn, row by row. */
    private static Stream<String> rows(String written) {
        return Stream.of(written.split(Pattern.quote(FRAME)))
                .skip(1)
                .map(frame -> frame.substring(0, frame.indexOf("\u001b[?7h")))
                .flatMap(frame ->
                        Stream.of(frame.replaceAll("\u001b\\[[AJK]|\r", "").split("\n")));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
