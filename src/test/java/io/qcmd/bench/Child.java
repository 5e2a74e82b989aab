package io.qcmd.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another JVM of the bench, with the flags of a bus and the class path of this one; it does what it is told ({@link Orders}), and ends when this process does. What
 * it logs goes to {@code NAME.log} in the bench's directory. Not thread-safe.
 */
final class Child implements AutoCloseable {
    /** Nothing that is asked for takes longer. */
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private static final AtomicReference<@Nullable Path> RECORDINGS = new AtomicReference<>();
    private static final Duration FAREWELL = Duration.ofSeconds(30);
    private static final int LAST_LINES = 20;

    private final Process process;
    private final BufferedReader answers;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.log = log;
    }

    /** From now on each child leaves a flight recording of its life in this directory. */
    static void record(Path directory) {
        RECORDINGS.set(directory);
    }

    static Child start(Class<?> main, Path directory, String... arguments) {
        return start(List.of(), main, directory, arguments);
    }

    /** @param flags of the JVM, beside those of a bus */
    static Child start(List<String> flags, Class<?> main, Path directory, String... arguments) {
        Path log = directory.resolve(main.getSimpleName() + ".log");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(busFlags());
        line.addAll(flags);
        Path recordings = RECORDINGS.get();
        if (recordings != null) {
            Path file = recordings.resolve(main.getSimpleName() + ".jfr");
            line.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file);
        }
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        line.addAll(List.of(arguments));
        try {
            return new Child(
                    new ProcessBuilder(line).redirectError(log.toFile()).start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives an order and waits for the answer. */
    String ask(Object... words) {
        String order = String.join(" ", Stream.of(words).map(String::valueOf).toList());
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(order)
                    .append('\n')
                    .flush();
            String answer = CompletableFuture.supplyAsync(this::line).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (!answer.startsWith("ok ")) {
                throw failed(order + ": " + answer);
            }
            return answer.substring("ok ".length());
        } catch (IOException | ExecutionException e) {
            throw failed(order + ": " + e);
        } catch (TimeoutException e) {
            throw failed(order + ": no answer within " + LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Footprint measure() {
        return Footprint.parse(ask("measure"));
    }

    Footprint measureAfterCollection() {
        return Footprint.parse(ask("gc"));
    }

    /** As {@code kill -9} does. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it in good order, and hard if that takes too long. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The next answer. What the JVM itself has to say on stdout is none. */
    private String line() {
        try {
            String line = answers.readLine();
            while (line != null && !line.startsWith("ok ") && !line.startsWith("error ")) {
                line = answers.readLine();
            }
            return line == null ? "it has ended" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IllegalStateException failed(String what) {
        try {
            List<String> said = Files.readAllLines(log);
            String last = String.join("\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()));
            return new IllegalStateException(log.getFileName() + ": " + what + "\n" + last);
        } catch (IOException e) {
            return new IllegalStateException(log.getFileName() + ": " + what);
        }
    }

    /** What the launcher gives a bus. */
    private static List<String> busFlags() {
        Stream<String> flags = Stream.of(
                        System.getProperty("qcmd.bus.flags", "").split("\\s+"))
                .filter(flag -> !flag.isEmpty());
        Path log = Path.of(System.getProperty("qcmd.home", ""), "config", "logback.xml");
        return Stream.concat(flags, Stream.of("-Dlogback.configurationFile=" + log))
                .toList();
    }
}
