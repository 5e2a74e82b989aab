package io.qcmd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory that is gone when the bench is. */
record Workplace(Path path) implements AutoCloseable {
    /**
     * A fresh one; it goes as well when this process is told to end.
     *
     * @param parent on the disk that is to be measured; null: where temporary files are
     */
    static Workplace in(@Nullable Path parent) throws IOException {
        Workplace place = new Workplace(
                parent == null
                        ? Files.createTempDirectory("qcmd-bench-")
                        : Files.createTempDirectory(parent.toAbsolutePath(), "bench-"));
        Runtime.getRuntime().addShutdownHook(new Thread(place::abandon));
        return place;
    }

    /** A fresh directory inside of it. */
    Path room(String name) {
        try {
            return Files.createDirectory(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> found = Files.walk(path)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }

    /** Whoever still writes here is ended first. */
    private void abandon() {
        List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
        try {
            close();
        } catch (IOException e) {
            System.err.println("qcmd bench: " + path + " is left over: " + e);
        }
    }
}
