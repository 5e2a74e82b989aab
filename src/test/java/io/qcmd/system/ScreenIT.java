package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees: the launcher in a real terminal, on a bus with six agents. Ids and times are masked. */
@Timeout(300)
class ScreenIT {
    private static final String KEYS = " · g groups · f failures · m minions";
    private static final String[] MINIONS =
            IntStream.rangeClosed(1, 6).mapToObj(i -> "db" + i).toArray(String[]::new);

    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(240)
    static void open() {
        // Without tmux nothing is started either.
        Terminal.assumeInstalled();
        house = new House(directory);
        house.startBus();
        house.awaitBus();
        // One after the other, as seven JVMs that start at once are too much for a slow machine.
        for (String minion : MINIONS) {
            house.startAgent(minion, "kill_grace: 1s");
            house.awaitUp(minion);
        }
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        if (house != null) {
            house.close();
        }
    }

    @Test
    void fewMinions_areALineEach() {
        try (Terminal terminal = house.terminal(100, 30, "run", "db[1-3]", "--", "sleep 0.1")) {
            assertThat(terminal.exit()).as("%s", terminal).isZero();
            assertThat(masked(terminal).lines().sorted().collect(Collectors.joining("\n")))
                    .isEqualTo("""
                    3 ok · TIME
                    job ID · 3 minions · sh -c 'sleep 0.1'
                    ✓ db1    ok
                    ✓ db2    ok
                    ✓ db3    ok""");
        }
    }

    @Test
    void partialFailure_showsTheMostFirst_andWhatToDoNext() {
        String line = "test $QCMD_MINION != db4 && echo active || { echo inactive; exit 3; }";
        assertThat(house.qcmd("group", "set", "db", "db*").exit()).isZero();
        try (Terminal terminal = house.terminal(120, 30, "run", "@db", "--", line)) {
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(1);
            assertThat(masked(terminal)).isEqualTo("""
                    job ID · 6 minions · sh -c 'test $QCMD_MINION != db4 && echo active || { echo inactive; exit 3; }'
                    ━━ active               5 minions  db[1-3,5-6]
                    ━━ ✗ exit 3 · inactive  1 minion   db4
                    6 minions · 5 ok · 1 failed · TIME · first TIME, p50 TIME, p99 TIME · exit 1 (some failed)
                    details: qcmd jobs output ID db4
                    the rest again: qcmd retry ID --failed""");
        }
    }

    @Test
    void noMatch_saysWhatIsNear() {
        try (Terminal terminal = house.terminal(100, 30, "run", "dv*", "--", "uptime")) {
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(3);
            assertThat(terminal.everything()).isEqualTo("""
                    qcmd: No minions matched the target 'dv*' (6 known, 6 up). No job was created.
                      near: db* (6)
                      try:  qcmd minions ls 'd*' -o name""");
        }
    }

    @Test
    void progress_isOneRow_fitsTheWindow_andIsGoneAtTheEnd() throws IOException {
        Path go = house.file("go-on");
        String line = "test $QCMD_MINION = db1 || while [ ! -e " + go + " ]; do sleep 0.1; done; echo x";
        try (Terminal terminal = house.terminal(100, 12, "run", "db*", "--", line)) {
            terminal.await("  1/6  16%  ✓ 1 · running 5");
            assertThat(terminal.screen().lines().filter(row -> row.contains("/6 ")))
                    .hasSize(1);
            assertThat(terminal.screen()).contains("█", "░", "\n  x  1 minion   db1");
            terminal.resize(40, 12);
            terminal.await(
                    any -> terminal.screen()
                            .lines()
                            .anyMatch(row -> row.matches(" 1/6  16%  ✓ 1 · running 5 · [0-9.]+ s")),
                    "a row without a bar");
            Files.createFile(go);
            assertThat(terminal.exit()).as("%s", terminal).isZero();
            assertThat(terminal.screen()).contains("━━ x  6 minions  db[1-6]\n6 ok · ");
        }
    }

    @Test
    void progress_showsItsLastCharacter_whenItFillsTheWindow() throws IOException {
        Path go = house.file("go-on-in-a-full-window");
        try (Terminal terminal = house.terminal(60, 12, "run", "db*", "--", waitsFor(go))) {
            String row = " [█░]{24}  0/6  0%  ✓ 0 · running 6 · [0-9.]{4} s";
            terminal.await(
                    any -> terminal.screen().lines().anyMatch(line -> line.matches(row)), "a row of 60 characters");
            Files.createFile(go);
            assertThat(terminal.exit()).as("%s", terminal).isZero();
        }
    }

    @Test
    void keys_chooseWhatIsShown_andTheTerminalIsAsItWasAtTheEnd() throws IOException {
        Path go = house.file("go-keys");
        String line = "test $QCMD_MINION != db4 || { echo inactive; exit 3; }; " + waitsFor(go);
        try (Terminal terminal = inAShell("keys", "run 'db*' -- '" + line + "'")) {
            terminal.await("\n^C cancel/detach" + KEYS);
            assertThat(terminal.screen()).contains("\n  ✗ exit 3 · inactive  1 minion   db4\n");
            terminal.type("m").await("  at work  db[1-3,5-6]\n  db4  ✗ exit 3 · inactive\n");
            terminal.type("f").await(any -> !terminal.screen().contains("at work"), "failures alone");
            assertThat(terminal.screen()).contains("\n  ✗ exit 3 · inactive  1 minion   db4\n");
            terminal.type("gxm").await("at work");
            Files.createFile(go);
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(1);
            assertThat(terminal.everything())
                    .contains("6 minions · 5 ok · 1 failed")
                    .doesNotContain("gxm", "^C");
            assertSameSettings("keys.before", "keys.after");
        }
    }

    @Test
    void keys_leaveTheTerminalAsItWas_whenSomebodyIsAsked_andWhoeverEndsThem() throws IOException {
        try (Terminal terminal = inAShell("asked", "run 'db*' --timeout 1h -- 'sleep 600'")) {
            terminal.await(KEYS).press("C-c").await("keep watching >").press("Enter");
            terminal.await(any -> terminal.screen().endsWith(KEYS), "keys again")
                    .press("C-c");
            terminal.await(
                            all -> all.indexOf("keep watching >") != all.lastIndexOf("keep watching >"),
                            "the question again")
                    .type("d")
                    .await("watching > d")
                    .press("Enter");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(130);
            assertSameSettings("asked.before", "asked.after");
        }
        try (Terminal terminal = inAShell("killed", "attach @last")) {
            terminal.await(KEYS);
            ProcessHandle.of(terminal.pid())
                    .orElseThrow()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("/java"))
                    .forEach(ProcessHandle::destroy);
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(130);
            assertSameSettings("killed.before", "killed.after");
        }
        assertThat(house.qcmd("cancel", "@last").exit()).isZero();
    }

    @Test
    void keys_giveTheTerminalToTheShell_afterCtrlZ_andWorkAgainInTheForeground() throws IOException {
        Path go = house.file("go-stopped");
        Map<String, String> environment = Map.of("QCMD_BUS", house.url(), "PS1", "$ ");
        try (Terminal terminal = Terminal.start(directory, 100, 30, environment, List.of("sh", "-i"))) {
            terminal.await("$").type(saved("stopped.before")).press("Enter");
            terminal.type("'" + House.LAUNCHER + "' run 'db*' -- '" + waitsFor(go) + "'")
                    .press("Enter")
                    .await(KEYS)
                    .press("C-z")
                    .await("Stopped");
            terminal.type(saved("stopped.meanwhile") + "; echo sa''ved")
                    .press("Enter")
                    .await("saved");
            assertSameSettings("stopped.before", "stopped.meanwhile");
            terminal.type("fg")
                    .press("Enter")
                    .await(any -> terminal.screen().endsWith(KEYS), "keys again")
                    .type("f")
                    .await("no failures so far");
            Files.createFile(go);
            terminal.await("6 ok").type(saved("stopped.after") + "; exit").press("Enter");
            assertThat(terminal.exit()).as("%s", terminal).isZero();
            assertSameSettings("stopped.before", "stopped.after");
        }
    }

    @Test
    void keys_areNotThere_whereStdinIsNoTerminal() throws IOException {
        Path go = house.file("go-behind");
        String command = "run 'db*' -- '" + waitsFor(go) + "'";
        try (Terminal terminal = inAShell("piped", command + " </dev/null")) {
            terminal.await(any -> terminal.screen().matches("(?s).* [2-9]\\.[0-9]+ s\n\\^C cancel/detach"), "no keys");
            Files.createFile(go);
            assertThat(terminal.exit()).as("%s", terminal).isZero();
        }
    }

    private static String waitsFor(Path go) {
        return "while [ ! -e " + go + " ]; do sleep 0.1; done";
    }

    /** The launcher with these words in a shell that writes down how the terminal is before and after. */
    private static Terminal inAShell(String name, String words) {
        // Without the trap Ctrl-C ends the shell as well.
        String line = "trap : INT; " + saved(name + ".before") + "; '" + House.LAUNCHER + "' " + words + "; exit=$?; "
                + saved(name + ".after") + "; exit $exit";
        return Terminal.start(directory, 100, 30, Map.of("QCMD_BUS", house.url()), List.of("sh", "-c", line));
    }

    private static String saved(String name) {
        return "stty -g >" + house.file(name);
    }

    private static void assertSameSettings(String before, String after) throws IOException {
        assertThat(Files.readString(house.file(after))).isNotBlank().isEqualTo(Files.readString(house.file(before)));
    }

    @Test
    void cancel_saysHowManyWereEnded() {
        try (Terminal terminal = house.terminal(120, 30, "run", "db*", "--timeout", "1h", "--", "sleep 600")) {
            terminal.await("0/6  0%  ✓ 0 · running 6")
                    .press("C-c")
                    .await("[c]ancel")
                    .type("c")
                    .press("Enter");
            assertThat(terminal.exit()).as("%s", terminal).isEqualTo(7);
            assertThat(masked(terminal)).contains("━━ ? TERMINATED · executed yes", "  6 minions  db[1-6]\n");
            assertThat(masked(terminal).lines().filter(row -> row.endsWith("exit 7 (cancelled)")))
                    .containsExactly("6 minions · 6 terminated · TIME · first TIME, p50 TIME, p99 TIME"
                            + " · 0 left running · exit 7 (cancelled)");
        }
    }

    @Test
    @Tag("A47")
    void whatAMinionWrites_leavesTitleAndScreenAlone() {
        String line = "printf '\\033]0;owned\\007\\033[2Jx\\n'";
        for (String target : List.of("db1", "db*")) {
            try (Terminal terminal = house.terminal(100, 30, "run", target, "--", line)) {
                String title = terminal.title();
                assertThat(terminal.exit()).as("%s", terminal).isZero();
                assertThat(terminal.title()).isEqualTo(title).doesNotContain("owned");
                assertThat(terminal.screen()).startsWith("job ").contains(" \\x1b]0;owned\\x07\\x1b[2Jx");
            }
        }
    }

    @Test
    @Tag("A47")
    void raw_passesEveryByte() {
        try (Terminal terminal = house.terminal(
                100, 30, "-q", "-o", "raw", "run", "db1", "--", "printf '\\033]2;mine\\007\\033[31mred'")) {
            assertThat(terminal.exit()).as("%s", terminal).isZero();
            assertThat(terminal.title()).isEqualTo("mine");
            assertThat(terminal.colours()).contains("\u001b[31mred");
        }
    }

    @Test
    void coloursAndSymbols_areThoseOfTheTerminal() {
        try (Terminal terminal = house.terminal(100, 30, "run", "db1", "--", "exit 3")) {
            assertThat(terminal.exit()).isEqualTo(1);
            assertThat(terminal.colours()).contains("\u001b[31m✗");
        }
        Map<String, String> plain = Map.of("NO_COLOR", "1", "LC_ALL", "C");
        try (Terminal terminal = house.terminal(100, 30, plain, "run", "db1", "--", "exit 3")) {
            assertThat(terminal.exit()).isEqualTo(1);
            assertThat(terminal.colours()).doesNotContain("\u001b");
            assertThat(terminal.screen())
                    .contains("x db1    exit 3\n1 minion - 1 failed - ")
                    .isASCII();
        }
    }

    @Test
    void inAPipe_resultsAreLines_andProgressStaysOnTheTerminal() throws IOException {
        Path go = house.file("go-on-in-a-pipe");
        Path results = house.file("results");
        String line = "echo a; while [ ! -e " + go + " ]; do sleep 0.1; done; echo b";
        String pipe = "'" + House.LAUNCHER + "' run 'db[1-3]' -- '" + line + "' | cat > " + results;
        try (Terminal terminal =
                Terminal.start(directory, 100, 30, Map.of("QCMD_BUS", house.url()), List.of("sh", "-c", pipe))) {
            terminal.await("  0/3  0%  ✓ 0 · running 3");
            Files.createFile(go);
            assertThat(terminal.exit()).as("%s", terminal).isZero();
            assertThat(Files.readAllLines(results))
                    .containsExactlyInAnyOrder(Stream.of("db1", "db2", "db3")
                            .flatMap(minion -> Stream.of(minion + ": a", minion + ": b"))
                            .toArray(String[]::new));
            assertThat(masked(terminal)).endsWith("\n3 ok · TIME").doesNotContain("█");
        }
    }

    /** Without what is different each time. */
    private static String masked(Terminal terminal) {
        return terminal.everything()
                .replaceAll("(?m)^job [0-9A-Z]{6}", "job ID")
                .replaceAll("(output|retry|explain) [0-9A-Z]{6}", "$1 ID")
                .replaceAll("[0-9.]+ m?s\\b", "TIME");
    }
}
