package io.qcmd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command line as people start it, by the launcher on a terminal of its own (script(1) makes it). Not thread-safe. */
final class Onlooker implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 20;
    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[?0-9;]*[A-Za-z]");
    private static final Pattern COLLECTION = Pattern.compile("([0-9]+)M->([0-9]+)M\\(([0-9]+)M\\)");
    private static final Pattern RESIDENT = Pattern.compile("VmHWM:\\s+([0-9]+) kB");
    private static final String FRAME = "\u001b[?7l";

    private final Path directory;
    private final Process terminal;
    private final long begun = System.nanoTime();
    private long residentKib;

    /**
     * What it came to.
     *
     * @param screen what it wrote from its last drawing on, without control sequences
     * @param frames how often it drew
     * @param heapMib the most that the JVM took for its heap
     * @param liveMib the most that was left after a collection
     * @param residentMib the most memory of the process
     */
    record Seen(int exit, String screen, int frames, double seconds, int heapMib, int liveMib, double residentMib) {}

    private Onlooker(Path directory, Process terminal) {
        this.directory = directory;
        this.terminal = terminal;
    }

    /**
     * Runs a command on all minions.
     *
     * @param directory a fresh one for its files
     * @param pipe behind it, for a shell; may be empty
     */
    static Onlooker start(Path directory, String bus, String pipe) {
        String java = "-Xlog:gc:file=" + directory.resolve("gc.log");
        String line = "stty cols 120 rows 40; { '" + System.getProperty("qcmd.launcher")
                + "' run '*' --timeout 10m -- uname -r; echo $? >" + directory.resolve("exit") + "; } " + pipe;
        ProcessBuilder script = new ProcessBuilder(
                        "script",
                        "-q",
                        "-c",
                        line,
                        directory.resolve("typescript").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        // The last word among the options of a JVM; the launcher has said that nothing is logged.
        script.environment().put("_JAVA_OPTIONS", java);
        script.environment().put("QCMD_ARCHIVE", "now");
        script.environment().put("QCMD_BUS", bus);
        script.environment().put("TERM", "xterm");
        script.environment().put("LANG", "C.UTF-8");
        script.environment().put("SHELL", "/bin/sh");
        try {
            return new Onlooker(directory, script.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on it reads nothing and draws nothing. */
    void stop() {
        signal("STOP");
    }

    void goOn() {
        signal("CONT");
    }

    private void signal(String name) {
        String pid = String.valueOf(jvm().orElseThrow().pid());
        try {
            int exit = new ProcessBuilder("kill", "-" + name, pid)
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid + " ended with exit code " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty: it has not begun, or has ended. */
    private Optional<ProcessHandle> jvm() {
        return terminal.descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst();
    }

    /** Waits for its end. */
    Seen end() throws IOException {
        try {
            while (!terminal.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                jvm().ifPresent(this::weigh);
                if (System.nanoTime() - begun > LIMIT.toNanos()) {
                    throw new IllegalStateException("the command line did not end: " + written());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        String all = written();
        int exit = Integer.parseInt(Files.readString(directory.resolve("exit")).strip());
        int frames = all.split(Pattern.quote(FRAME), -1).length - 1;
        String last = all.substring(Math.max(0, all.lastIndexOf(FRAME)));
        return new Seen(
                exit,
                CONTROL.matcher(last).replaceAll("").replace("\r\n", "\n").replace('\r', '\n'),
                frames,
                seconds,
                collected(3),
                collected(2),
                residentKib / 1_024.0);
    }

    private String written() throws IOException {
        return Files.readString(directory.resolve("typescript"), StandardCharsets.UTF_8);
    }

    private void weigh(ProcessHandle jvm) {
        try {
            Matcher resident =
                    RESIDENT.matcher(Files.readString(Path.of("/proc", String.valueOf(jvm.pid()), "status")));
            if (resident.find()) {
                residentKib = Math.max(residentKib, Long.parseLong(resident.group(1)));
            }
        } catch (IOException over) {
            // What it took before counts.
            return;
        }
    }

    /** The largest of these numbers in the log of the collector; 0: there was no collection. */
    private int collected(int group) throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("gc.log"));
        return lines.stream()
                .map(COLLECTION::matcher)
                .filter(Matcher::find)
                .mapToInt(found -> Integer.parseInt(found.group(group)))
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        terminal.descendants().forEach(ProcessHandle::destroyForcibly);
        terminal.destroyForcibly();
    }
}
