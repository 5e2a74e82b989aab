package io.qcmd.agent;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cgroup v2, with those that its own processes made below it.
 *
 * @param path its directory; that it has gone is no error
 */
record Cgroup(Path path) implements Containment.Cell {
    private static final Logger log = LoggerFactory.getLogger(Cgroup.class);

    /** A killed process leaves its cgroup a moment after it was last seen in it. */
    private static final Duration LEAVING = Duration.ofSeconds(1);

    private static final String PROCESSES = "cgroup.procs";

    @Override
    public Optional<Path> door() {
        return Optional.of(path.resolve(PROCESSES));
    }

    @Override
    public Set<Long> pids() throws IOException {
        Set<Long> pids = new HashSet<>();
        addPids(path, pids);
        return pids;
    }

    private static void addPids(Path directory, Set<Long> pids) throws IOException {
        try {
            split(Files.readString(directory.resolve(PROCESSES))).forEach(pid -> pids.add(Long.parseLong(pid)));
            File[] children = directory.toFile().listFiles(File::isDirectory);
            if (children == null) {
                throw new IOException(directory + " cannot be listed");
            }
            for (File child : children) {
                addPids(child.toPath(), pids);
            }
        } catch (IOException e) {
            // Then nobody is in it. Also a file that is open ends with its cgroup.
            if (!Files.notExists(directory)) {
                throw e;
            }
        }
        // What the kernel shows so is in another pid namespace: no number of it means anything here.
        pids.remove(0L);
    }

    /** Whether it is sure that nobody is inside. */
    boolean isVacant() {
        try {
            return pids().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether this process may be inside. */
    boolean mayHold(long pid) {
        try {
            return pids().contains(pid);
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public boolean kill() {
        try {
            write("cgroup.kill", "1");
            return true;
        } catch (IOException e) {
            // A kernel before 5.14.
            return false;
        }
    }

    @Override
    public boolean sawOutOfMemory() {
        List<String> events = words(path.resolve("memory.events"));
        int kills = events.indexOf("oom_kill") + 1;
        return kills > 0 && kills < events.size() && !events.get(kills).equals("0");
    }

    @Override
    public void close() {
        long giveUpAt = System.nanoTime() + LEAVING.toNanos();
        while (!isRemoved(path.toFile())) {
            if (!isVacant() || System.nanoTime() - giveUpAt > 0) {
                log.info("{} stays, as it has processes", path);
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static boolean isRemoved(File directory) {
        return children(directory).stream().allMatch(Cgroup::isRemoved) && (directory.delete() || !directory.exists());
    }

    /** Makes one below it. */
    Cgroup child(String name) throws IOException {
        return new Cgroup(Files.createDirectory(path.resolve(name)));
    }

    /** Those below it. */
    List<Cgroup> children() {
        return children(path.toFile()).stream()
                .map(child -> new Cgroup(child.toPath()))
                .toList();
    }

    private static List<File> children(File directory) {
        File[] children = directory.listFiles(File::isDirectory);
        return children == null ? List.of() : List.of(children);
    }

    /** What one of its files says, word by word; empty: nothing, or there is no such file. */
    List<String> words(String file) {
        return words(path.resolve(file));
    }

    private static List<String> words(Path file) {
        try {
            return split(Files.readString(file));
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    /** Tells the kernel something. The file is never made: on a real cgroup it is there, or the kernel does not know the matter. */
    void write(String file, String text) throws IOException {
        Files.writeString(path.resolve(file), text, StandardOpenOption.WRITE);
    }
}
