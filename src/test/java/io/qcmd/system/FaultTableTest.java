package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/faults.md says which test shows what happens when something breaks. It is made of the tags in the tests and of {@code faults.txt}: after a change write it
 * again with {@code -Dqcmd.golden.write=true}, and read the difference before it is committed.
 */
class FaultTableTest {
    private static final Path ROOT = House.LAUNCHER.getParent();
    private static final Path TABLE = ROOT.resolve("docs/faults.md");
    private static final Pattern TAGGED = Pattern.compile(
            "@Tag\\(\"(F\\d\\d)\"\\)|\\bvoid (\\w+)\\(|^(?:public |final |abstract )*class (\\w+)", Pattern.MULTILINE);

    /** Tests by fault: the class, and how many methods of it. */
    private final Map<String, Map<String, Integer>> tests = new TreeMap<>();

    @Test
    void table_isThatOfTheTags() throws IOException {
        for (String module : List.of("protocol", "transport", "bus", "agent", "client", "src/test")) {
            readAll(ROOT.resolve(module.equals("src/test") ? "src/test/java" : module + "/src/test/java"));
        }
        String table = table();
        if (Boolean.getBoolean("qcmd.golden.write")) {
            Files.writeString(TABLE, table);
        }

        assertThat(tests).hasSizeGreaterThan(40);
        assertThat(TABLE).hasContent(table);
    }

    private void readAll(Path sources) throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(this::read);
        }
    }

    private void read(Path file) {
        String name = file.getFileName().toString().replace(".java", "");
        List<String> pending = new ArrayList<>();
        try {
            Matcher found = TAGGED.matcher(Files.readString(file));
            while (found.find()) {
                if (found.group(1) != null) {
                    pending.add(found.group(1));
                } else {
                    pending.forEach(fault ->
                            tests.computeIfAbsent(fault, id -> new TreeMap<>()).merge(name, 1, Integer::sum));
                    pending.clear();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String table() throws IOException {
        StringBuilder text = new StringBuilder("""
                # Faults

                What may break, and the tests that show what happens then. `mvn verify` runs them all, and fails with each of them; in brackets: how many methods of that class. Classes that end with
                IT have real processes, sockets and disks; the others drive the real code without them. Written by `FaultTableTest`.

                | | what breaks | with real processes | without | not tested, and why |
                |---|---|---|---|---|
                """);
        TreeSet<String> unknown = new TreeSet<>(tests.keySet());
        for (String line : Files.readAllLines(ROOT.resolve("src/test/resources/faults.txt"))) {
            if (line.startsWith("F")) {
                String[] row = line.split("\\|", -1);
                String id = row[0].strip();
                String why = row[2].strip();
                unknown.remove(id);
                assertThat(tests.containsKey(id) || !why.isEmpty())
                        .as("%s has a test or a reason", id)
                        .isTrue();
                text.append("| %s | %s | %s | %s | %s |%n"
                        .formatted(id, row[1].strip(), classes(id, true), classes(id, false), why));
            }
        }
        assertThat(unknown).as("tags that faults.txt does not know").isEmpty();
        return text.append(lastSoak()).toString();
    }

    /** What the last long run printed, put into a file by hand. */
    private static String lastSoak() throws IOException {
        return "\n## The last long soak\n\n[`qcmd soak`](soak.md) breaks many of these at once, at random. Its summary:\n\n"
                + Files.readString(ROOT.resolve("src/test/resources/soak.txt"));
    }

    private String classes(String id, boolean processes) {
        return tests.getOrDefault(id, Map.of()).entrySet().stream()
                .filter(test -> test.getKey().endsWith("IT") == processes)
                .map(test -> test.getValue() == 1 ? test.getKey() : test.getKey() + " (" + test.getValue() + ")")
                .collect(Collectors.joining(", "));
    }
}
