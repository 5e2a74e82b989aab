package io.qcmd.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory outside of a test, whose processes end when this one does. */
record Workshop(Path path) {
    /**
     * A fresh one.
     *
     * @param parent null: where temporary files are
     */
    static Workshop in(@Nullable Path parent) throws IOException {
        Path path = parent == null
                ? Files.createTempDirectory("soak")
                : Files.createTempDirectory(Files.createDirectories(parent).toAbsolutePath(), "soak");
        Workshop shop = new Workshop(path);
        Runtime.getRuntime().addShutdownHook(new Thread(shop::abandon));
        return shop;
    }

    void remove() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(path)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }

    private void abandon() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Processes.killAllMentioning(path.toString());
    }
}
