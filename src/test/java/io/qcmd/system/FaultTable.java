package io.qcmd.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The faults that are promised for, and the tests that carry their tags.
 *
 * @param faults in the order of {@code faults.txt}
 * @param tests by the id of their fault
 */
record FaultTable(List<Fault> faults, Map<String, List<TaggedTest>> tests) {
    private static final Pattern TAGGED = Pattern.compile(
            "@Tag\\(\"(F\\d\\d)\"\\)|\\bvoid (\\w+)\\(|^(?:public |final |abstract )*class (\\w+)", Pattern.MULTILINE);

    private static final List<String> SOURCES = List.of(
            "protocol/src/test/java",
            "transport/src/test/java",
            "bus/src/test/java",
            "agent/src/test/java",
            "client/src/test/java",
            "src/test/java");

    /**
     * A row.
     *
     * @param what breaks
     * @param untested why there is no test, or what of it is not tested; may be empty
     */
    record Fault(String id, String what, String untested) {}

    /**
     * What carries a tag.
     *
     * @param type its simple name
     * @param method empty: the whole class
     */
    record TaggedTest(String type, String method) {
        boolean hasProcesses() {
            return type.endsWith("IT");
        }
    }

    /** Reads the sources below the root of the repository. */
    static FaultTable read(Path root) throws IOException {
        List<Fault> faults = Files.readAllLines(root.resolve("src/test/resources/faults.txt")).stream()
                .filter(line -> line.startsWith("F"))
                .map(line -> line.split("\\|", -1))
                .map(row -> new Fault(row[0].strip(), row[1].strip(), row[2].strip()))
                .toList();
        Map<String, List<TaggedTest>> tests = new TreeMap<>();
        for (String sources : SOURCES) {
            try (Stream<Path> files = Files.walk(root.resolve(sources))) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(file -> addTags(file, tests));
            }
        }
        return new FaultTable(faults, tests);
    }

    List<TaggedTest> of(Fault fault) {
        return tests.getOrDefault(fault.id(), List.of());
    }

    private static void addTags(Path file, Map<String, List<TaggedTest>> tests) {
        String type = file.getFileName().toString().replace(".java", "");
        List<String> pending = new ArrayList<>();
        try {
            Matcher found = TAGGED.matcher(Files.readString(file));
            while (found.find()) {
                if (found.group(1) != null) {
                    pending.add(found.group(1));
                } else {
                    TaggedTest test = new TaggedTest(type, found.group(2) == null ? "" : found.group(2));
                    pending.forEach(fault -> tests.computeIfAbsent(fault, id -> new ArrayList<>())
                            .add(test));
                    pending.clear();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
