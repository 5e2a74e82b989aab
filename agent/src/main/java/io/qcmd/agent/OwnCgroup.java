package io.qcmd.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where in the file system the cgroup v2 of this process is; see cgroups(7) and proc(5). */
final class OwnCgroup {
    /** Where an agent lives that has left its own cgroup for controllers to be enabled in that. */
    static final String VACATED_FOR = "qcmd-agent";

    private OwnCgroup() {}

    /** The directory, as {@code <proc>/cgroup} and {@code <proc>/mountinfo} tell it. An error says, in few words, why there is none. */
    static Path find(Path proc) throws IOException {
        Path inHierarchy = Files.readAllLines(proc.resolve("cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> Path.of(line.substring(3)))
                .findFirst()
                .orElseThrow(() -> new IOException("this kernel has no cgroup2"));
        Path directory = Files.readAllLines(proc.resolve("mountinfo")).stream()
                .flatMap(line -> below(line, inHierarchy).stream())
                .findFirst()
                .orElseThrow(() -> new IOException("no cgroup2 is mounted that shows " + inHierarchy));
        // An agent that was started by another one, or replaced it, begins where that one began.
        return directory.endsWith(VACATED_FOR) ? directory.resolveSibling("").normalize() : directory;
    }

    // "31 23 0:28 /root /mount/point rw,relatime shared:9 - cgroup2 cgroup2 rw"
    private static Optional<Path> below(String mount, Path inHierarchy) {
        List<String> words = Arrays.asList(mount.split(" "));
        int separator = words.indexOf("-");
        if (separator < 5
                || separator + 1 >= words.size()
                || !words.get(separator + 1).equals("cgroup2")) {
            return Optional.empty();
        }
        Path root = Path.of(words.get(3));
        // Outside of our namespace the kernel says "/..": nothing of that is to be seen here.
        return inHierarchy.startsWith(root) && !inHierarchy.startsWith("/..")
                ? Optional.of(Path.of(unescaped(words.get(4)))
                        .resolve(root.relativize(inHierarchy))
                        .normalize())
                : Optional.empty();
    }

    private static String unescaped(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
