package io.qcmd.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A real process with its output in two files, so that no pipe ever fills. Not thread-safe. */
final class Program implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Process process;
    private final Path out;
    private final Path err;
    private final String words;
    /** Whatever it was seen to start: what it leaves behind is killed with it. */
    private final Set<ProcessHandle> family = new LinkedHashSet<>();

    private Program(Process process, Path out, Path err, String words) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.words = words;
    }

    /** Its output goes to {@code name.out} and {@code name.err} in the directory; those of an earlier run are lost. */
    static Program start(Path directory, String name, Map<String, String> environment, List<String> words) {
        Path out = directory.resolve(name + ".out");
        Path err = directory.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            // End of file at once: nothing asks the terminal of whoever runs the tests.
            process.getOutputStream().close();
            return new Program(process, out, err, String.join(" ", words));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has written so far. */
    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    /** Waits for its end. Too late: it is killed, and the error shows what it said. */
    int exit(Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        throw new AssertionError(this + " did not end within " + limit);
    }

    /** kill -9: no farewell, and what it started lives on until {@link #close}. */
    void kill() {
        remember();
        process.destroyForcibly();
        exit(GRACE);
    }

    /** kill -STOP: it keeps its sockets and does nothing. Returns when it stands still. */
    void freeze() {
        signal("STOP");
        if (isAlive()) {
            awaitFrozen();
        }
    }

    /** Waits until it stands still, whoever stopped it. */
    void awaitFrozen() {
        await().atMost(House.LIMIT).pollDelay(Duration.ZERO).pollInterval(LOOK).until(() -> {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid()), "stat"));
            return stat.startsWith(" T ", stat.lastIndexOf(')') + 1);
        });
    }

    /** kill -CONT. */
    void thaw() {
        signal("CONT");
    }

    /** kill -INT, as Ctrl-C does. */
    void interrupt() {
        signal("INT");
    }

    /** TERM, and KILL to whatever of it is left. */
    @Override
    public void close() {
        remember();
        if (process.isAlive()) {
            thaw();
            process.destroy();
            waitFor(process.toHandle());
        }
        family.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        family.forEach(Program::waitFor);
        waitFor(process.toHandle());
    }

    @Override
    public String toString() {
        return words + " (pid " + pid() + ")\n--- stdout\n" + out() + "--- stderr\n" + err();
    }

    /** Of a process that has ended there is nothing to learn; its number may be that of another by now. */
    private void remember() {
        if (process.isAlive()) {
            process.descendants().forEach(family::add);
        }
    }

    void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
            if (exit != 0 && isAlive()) {
                throw new AssertionError("kill -" + name + " " + pid() + ": exit " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void waitFor(ProcessHandle handle) {
        handle.onExit()
                .completeOnTimeout(handle, GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
