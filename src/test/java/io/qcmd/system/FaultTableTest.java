package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.system.FaultTable.Fault;
import io.qcmd.system.FaultTable.TaggedTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * docs/faults.md says which test shows what happens when something breaks. It is made of the tags in the tests and of {@code faults.txt}: after a change write it
 * again with {@code -Dqcmd.golden.write=true}, and read the difference before it is committed.
 */
class FaultTableTest {
    private static final Path ROOT = House.LAUNCHER.getParent();
    private static final Path PAGE = ROOT.resolve("docs/faults.md");

    @Test
    void page_isThatOfTheTags() throws IOException {
        FaultTable table = FaultTable.read(ROOT);
        String page = page(table);
        if (Boolean.getBoolean("qcmd.golden.write")) {
            Files.writeString(PAGE, page);
        }

        assertThat(PAGE).hasContent(page);
    }

    @Test
    void eachRow_hasATestOrAReason_andEachTagHasARow() throws IOException {
        FaultTable table = FaultTable.read(ROOT);

        assertThat(table.faults())
                .allMatch(
                        fault -> !table.of(fault).isEmpty() || !fault.untested().isEmpty());
        assertThat(table.tests()).hasSizeGreaterThan(40);
        assertThat(table.faults().stream().map(Fault::id))
                .containsAll(table.tests().keySet());
    }

    private static String page(FaultTable table) throws IOException {
        StringBuilder text = new StringBuilder("""
                # Faults

                What may break, and the tests that show what happens then; in brackets: how many methods of that class. Classes that end with IT have real processes, sockets and disks; the others
                drive the real code without them. `mvn verify` runs them all, and fails with each of them. What each row came to in that run, and how long it took, `.ci/run` then writes
                into `target/faults.md` from the reports of the tests; it fails where a test of this table has no report, and names the rows of which this host skips all tests.
                Written by `FaultTableTest`.

                | | what breaks | with real processes | without | not tested, and why |
                |---|---|---|---|---|
                """);
        for (Fault fault : table.faults()) {
            List<TaggedTest> tests = table.of(fault);
            text.append("| %s | %s | %s | %s | %s |%n"
                    .formatted(
                            fault.id(), fault.what(), classes(tests, true), classes(tests, false), fault.untested()));
        }
        return text.append(lastSoak()).toString();
    }

    /** What the last long run printed, put into a file by hand. */
    private static String lastSoak() throws IOException {
        return "\n## The last long soak\n\n[`qcmd soak`](soak.md) breaks many of these at once, at random. Its summary:\n\n"
                + Files.readString(ROOT.resolve("src/test/resources/soak.txt"));
    }

    private static String classes(List<TaggedTest> tests, boolean processes) {
        Map<String, Long> methods = tests.stream()
                .filter(test -> test.hasProcesses() == processes)
                .collect(Collectors.groupingBy(TaggedTest::type, TreeMap::new, Collectors.counting()));
        return methods.entrySet().stream()
                .map(type -> type.getValue() == 1 ? type.getKey() : type.getKey() + " (" + type.getValue() + ")")
                .collect(Collectors.joining(", "));
    }
}
