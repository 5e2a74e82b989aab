package io.qcmd.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One program in a real terminal: a pane of tmux, which understands control sequences as the terminals of people do. What is asked is what an eye would see.
 * Its locale is C.UTF-8 unless the environment says otherwise. A test that opens one is skipped where there is no tmux. Not thread-safe.
 *
 * <pre>{@code
 * try (Terminal terminal = house.terminal(80, 24, "run", "web1", "--", "sleep 60")) {
 *     terminal.await("running 1").press("C-c").await("[c]ancel").type("d");
 *     assertThat(terminal.exit()).isEqualTo(130);
 * }
 * }</pre>
 */
final class Terminal implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** A program that has ended leaves its screen and its exit code. */
    private static final List<String> SETTINGS = List.of(
            "set -g remain-on-exit on",
            "set -g remain-on-exit-format ''",
            "set -g status off",
            "set -g history-limit 100000",
            "set -g default-terminal screen-256color");

    /** tmux 3.3 sometimes forgets the exit code of what ends at once, so a shell above the program keeps it. HUP ends the shell, and then the kernel tells the program. */
    private static final String KEEPER =
            "trap : INT QUIT TERM; \"$@\"; echo $? >\"$0/exit.part\"; mv \"$0/exit.part\" \"$0/exit\"";

    private final Path directory;

    private Terminal(Path directory) {
        this.directory = directory;
    }

    /** Starts a program; the terminal's own files are in a new directory inside of this one, whose path must be short enough for a socket. */
    static Terminal start(Path directory, int columns, int lines, Map<String, String> environment, List<String> words) {
        assumeInstalled();
        Terminal terminal = new Terminal(own(directory));
        List<String> keeper = List.of("sh", "-c", KEEPER, terminal.directory.toString());
        terminal.tmux(
                environment,
                Stream.of(
                                List.of(
                                        "new-session",
                                        "-d",
                                        "-x",
                                        String.valueOf(columns),
                                        "-y",
                                        String.valueOf(lines)),
                                keeper,
                                words)
                        .flatMap(List::stream));
        return terminal;
    }

    static void assumeInstalled() {
        assumeTrue(isInstalled(), "no tmux here: apt install tmux");
    }

    /** What is on the screen now, without blanks at the ends of lines and lines at the end. */
    String screen() {
        return tmux("capture-pane", "-p").stripTrailing();
    }

    /** The screen and all that was scrolled out of it; a line that is too long for the screen is one line. */
    String everything() {
        return tmux("capture-pane", "-p", "-J", "-S", "-")
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .stripTrailing();
    }

    /** The screen with the control sequences that its colours need. */
    String colours() {
        return tmux("capture-pane", "-p", "-e");
    }

    String title() {
        return ask("pane_title");
    }

    /** Waits until the text is somewhere on the screen or above it. */
    Terminal await(String text) {
        return await(all -> all.contains(text), text);
    }

    Terminal await(Predicate<String> isThere, String what) {
        try {
            Awaitility.await(what).atMost(House.LIMIT).until(() -> isThere.test(everything()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not on the terminal: " + what + "\n" + this, e);
        }
        return this;
    }

    /** Types text as it is; no Enter. */
    Terminal type(String text) {
        tmux("send-keys", "-l", text);
        return this;
    }

    /** Presses keys by their names: Enter, C-c, Up. */
    Terminal press(String... keys) {
        tmux(Map.of(), Stream.concat(Stream.of("send-keys"), Stream.of(keys)));
        return this;
    }

    Terminal resize(int columns, int lines) {
        tmux("resize-window", "-x", String.valueOf(columns), "-y", String.valueOf(lines));
        return this;
    }

    /** The process that was started. */
    long pid() {
        return Long.parseLong(ask("pane_pid"));
    }

    boolean isAlive() {
        return ask("pane_dead").equals("0");
    }

    /** Waits for the end of the program and of what it wrote; its exit code, 128 + n when a signal ended it. */
    int exit() {
        Path kept = directory.resolve("exit");
        await(any -> Files.exists(kept) && !isAlive(), "the end of the program");
        try {
            return Integer.parseInt(Files.readString(kept).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** HUP to the program, as when a window is closed, and KILL to what does not care. */
    @Override
    public void close() {
        List<ProcessHandle> family = ProcessHandle.of(pid())
                .map(root -> Stream.concat(Stream.of(root), root.descendants()).toList())
                .orElse(List.of());
        tmux("kill-server");
        CompletableFuture.allOf(family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        family.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public String toString() {
        return everything() + (isAlive() ? "\n--- it lives" : "\n--- it has ended");
    }

    private String ask(String variable) {
        return tmux("display-message", "-p", "#{" + variable + "}").strip();
    }

    private String tmux(String... words) {
        return tmux(Map.of(), Stream.of(words));
    }

    private String tmux(Map<String, String> environment, Stream<String> words) {
        Stream<String> tmux = Stream.of(
                "tmux",
                "-u",
                "-S",
                directory.resolve("t").toString(),
                "-f",
                directory.resolve("conf").toString());
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(tmux, words).toList()).redirectErrorStream(true);
        // Whoever runs the tests may sit in a tmux of his own, in any locale.
        builder.environment().keySet().removeIf(name -> name.startsWith("TMUX") || name.startsWith("LC_"));
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().putAll(environment);
        return run(builder);
    }

    private static String run(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(builder.command() + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "tmux")));
    }

    private static Path own(Path directory) {
        try {
            Path own = Files.createTempDirectory(directory, "t");
            Files.write(own.resolve("conf"), SETTINGS);
            return own;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
