package io.qcmd.system;

import io.qcmd.system.FaultTable.Fault;
import io.qcmd.system.FaultTable.TaggedTest;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What each row of docs/faults.md came to in the last {@code mvn verify}, as the reports of Surefire and Failsafe say: written to {@code target/faults.md} and to
 * stdout. Run in the root of the repository. Ends with 1 when a test of the table has failed, or has no report. Rows that were not shown, as this host skips all of
 * their tests, are named at the end.
 */
final class FaultResultsMain {
    private static final Path PAGE = Path.of("target/faults.md");
    private static final PathMatcher REPORT =
            FileSystems.getDefault().getPathMatcher("glob:**/target/{surefire,failsafe}-reports/TEST-*.xml");

    /** The deepest is that of a module. */
    private static final int DEPTH = 6;

    private FaultResultsMain() {}

    private enum Outcome {
        PASSED,
        SKIPPED,
        FAILED,
        MISSING
    }

    /**
     * One test case of a report.
     *
     * @param method without its parameters
     * @param note why it was skipped
     */
    private record Result(TaggedTest test, double seconds, Outcome outcome, String note) {
        static Result of(Element run) {
            String type = run.getAttribute("classname").replaceFirst(".*[.$]", "");
            String method = run.getAttribute("name").replaceFirst("\\W.*", "");
            NodeList skipped = run.getElementsByTagName("skipped");
            boolean bad = run.getElementsByTagName("failure").getLength()
                            + run.getElementsByTagName("error").getLength()
                    > 0;
            return new Result(
                    new TaggedTest(type, method),
                    Double.parseDouble(run.getAttribute("time")),
                    bad ? Outcome.FAILED : skipped.getLength() > 0 ? Outcome.SKIPPED : Outcome.PASSED,
                    skipped.getLength() == 0
                            ? ""
                            : ((Element) skipped.item(0))
                                    .getAttribute("message")
                                    .replaceFirst(".* ==> ", ""));
        }

        boolean isOf(TaggedTest tagged) {
            return test.type().equals(tagged.type())
                    && (tagged.method().isEmpty() || test.method().equals(tagged.method()));
        }
    }

    public static void main(String[] arguments) throws IOException {
        FaultTable table = FaultTable.read(Path.of(""));
        List<Path> reports = reports();
        List<Result> results = results(reports);
        List<String> lines = new ArrayList<>(List.of(
                "# Faults: what the tests showed",
                "",
                times(reports),
                "",
                "| | what breaks | result |",
                "|---|---|---|"));
        boolean good = true;
        List<String> unshown = new ArrayList<>();
        for (Fault fault : table.faults()) {
            List<Result> ofFault = table.of(fault).stream()
                    .flatMap(test -> ofTest(test, results).stream())
                    .toList();
            good &= ofFault.stream()
                    .noneMatch(result -> result.outcome() == Outcome.FAILED || result.outcome() == Outcome.MISSING);
            if (!ofFault.isEmpty() && ofFault.stream().noneMatch(result -> result.outcome() == Outcome.PASSED)) {
                unshown.add(fault.id());
            }
            lines.add("| " + fault.id() + " | " + fault.what() + " | " + text(fault, ofFault) + " |");
        }
        if (!unshown.isEmpty()) {
            lines.addAll(List.of("", "Not shown here: " + String.join(", ", unshown) + "."));
        }
        Files.createDirectories(PAGE.getParent());
        Files.write(PAGE, lines);
        lines.forEach(System.out::println);
        System.exit(good ? 0 : 1);
    }

    private static List<Path> reports() throws IOException {
        try (Stream<Path> files =
                Files.find(Path.of(""), DEPTH, (path, found) -> REPORT.matches(path.toAbsolutePath()))) {
            return files.toList();
        }
    }

    /** A report of an earlier run shows by its age. */
    private static String times(List<Path> reports) throws IOException {
        List<Instant> times = new ArrayList<>();
        for (Path report : reports) {
            times.add(Files.getLastModifiedTime(report).toInstant().truncatedTo(ChronoUnit.SECONDS));
        }
        return reports.isEmpty()
                ? "No reports."
                : reports.size() + " reports, from " + Collections.min(times) + " to " + Collections.max(times) + ".";
    }

    private static List<Result> results(List<Path> reports) throws IOException {
        List<Result> results = new ArrayList<>();
        for (Path report : reports) {
            NodeList runs = testCases(report);
            for (int i = 0; i < runs.getLength(); i++) {
                results.add(Result.of((Element) runs.item(i)));
            }
        }
        return results;
    }

    private static NodeList testCases(Path report) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getElementsByTagName("testcase");
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(report.toString(), e);
        }
    }

    private static List<Result> ofTest(TaggedTest test, List<Result> results) {
        List<Result> runs = results.stream().filter(run -> run.isOf(test)).toList();
        return runs.isEmpty() ? List.of(new Result(test, 0, Outcome.MISSING, "")) : runs;
    }

    private static String text(Fault fault, List<Result> results) {
        String passed = results.stream().anyMatch(run -> run.outcome() == Outcome.PASSED)
                ? String.format(
                        Locale.ROOT,
                        "%d passed, %.1f s",
                        results.stream()
                                .filter(run -> run.outcome() == Outcome.PASSED)
                                .count(),
                        results.stream().mapToDouble(Result::seconds).sum())
                : "";
        String others = results.stream()
                .filter(run -> run.outcome() != Outcome.PASSED)
                .map(run -> run.outcome() + " " + run.test().type() + "."
                        + run.test().method() + (run.note().isEmpty() ? "" : " (" + run.note() + ")"))
                .collect(Collectors.joining("; "));
        String untested = fault.untested().isEmpty() ? "" : "not tested: " + fault.untested();
        return Stream.of(passed, others, untested)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }
}
