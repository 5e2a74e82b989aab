package io.qcmd.client.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The bus and the agents of a demo: real processes, started by the launcher and ended by their own ids. Thread-safe. */
final class DemoProcesses {
    private static final int LAST_LINES = 15;

    private final String launcher;
    private final Duration grace;
    private final Consumer<String> tell;
    private final List<Child> children = new ArrayList<>();
    private boolean stopping;

    private record Child(String name, Process process, Path log) {}

    /**
     * @param launcher the absolute path of {@code qcmd}
     * @param grace between TERM and KILL
     * @param tell says a line on the screen
     */
    DemoProcesses(String launcher, Duration grace, Consumer<String> tell) {
        this.launcher = launcher;
        this.grace = grace;
        this.tell = tell;
    }

    /** Starts one, writing to its own log; when it ends by itself, the screen says so and how to start it again. */
    synchronized void start(String name, String verb, Path settings, Path log) throws IOException {
        if (stopping) {
            return;
        }
        Process process = new ProcessBuilder(launcher, verb, "--config", settings.toString())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true)
                .start();
        children.add(new Child(name, process, log));
        process.onExit().thenAccept(ended -> ended(name, verb, settings, ended.exitValue()));
    }

    private void ended(String name, String verb, Path settings, int exit) {
        synchronized (this) {
            if (stopping) {
                return;
            }
        }
        tell.accept(name + " has ended with exit " + exit + "; start it again: qcmd " + verb + " --config "
                + Texts.word(settings.toString()));
    }

    /** Whether one of them has ended. */
    synchronized boolean isBroken() {
        return children.stream().anyMatch(child -> !child.process.isAlive());
    }

    /** The last lines of the logs of those that ended. */
    synchronized List<String> lastWords() {
        return children.stream()
                .filter(child -> !child.process.isAlive())
                .flatMap(child -> tail(child.log).stream())
                .toList();
    }

    private static List<String> tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
                    .map(line -> "  " + Escape.text(line))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends them all, agents first: TERM, and KILL for who is still there after the grace. Returns when none is left. Idempotent. */
    void stop() {
        List<Child> all;
        synchronized (this) {
            stopping = true;
            all = new ArrayList<>(children);
        }
        // The bus was started first and goes last, so that the agents can say goodbye to it.
        Collections.reverse(all);
        all.forEach(child -> child.process.destroy());
        long end = System.nanoTime() + grace.toNanos();
        for (Child child : all) {
            if (!hasEnded(child.process, end - System.nanoTime())) {
                child.process.destroyForcibly();
                hasEnded(child.process, grace.toNanos());
            }
        }
    }

    private static boolean hasEnded(Process process, long nanos) {
        try {
            return process.waitFor(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
