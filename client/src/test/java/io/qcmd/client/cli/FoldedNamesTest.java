package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedNamesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web1 web2 web3 db1|db1 web[1-3]",
                "web08 web09 web10 web11|web[08-11]",
                "web8 web9 web10 web12|web[8-10,12]",
                "web98 web99 web100|web[98-100]",
                "web098 web099 web100|web[098-100]",
                "web1 web01|web[1,01]",
                "web9 web05 web10|web[05,9-10]",
                "r1n1 r1n2 r2n1|r1n[1-2] r2n1",
                "r1n1 r1n2 r2n1 r2n2|r[1-2]n[1-2]",
                "r1n5 r2n5|r[1-2]n5",
                "a1.bj a2.bj mail|a[1-2].bj mail",
                "web12|web12",
                "web1 web1|web1",
                "x1234567890123456789|x1234567890123456789",
                "x999999999999999999 x1000000000000000000|x1000000000000000000 x999999999999999999"
            })
    void foldsNumbersThatFollowEachOther(String names, String folded) {
        assertThat(FoldedNames.of(List.of(names.split(" ")))).containsExactly(folded.split(" "));
    }

    @Test
    void keepsNoMoreThanEightBrackets_whichIsWhatTheBusReads() {
        String text = "a1".repeat(12);
        List<String> folded = FoldedNames.of(allOf(text, 0).toList());
        assertThat(folded)
                .allSatisfy(
                        word -> assertThat(word.chars().filter(c -> c == '[')).hasSizeLessThanOrEqualTo(8));
        assertThat(expanded(folded)).hasSize(1 << 12).doesNotHaveDuplicates();
    }

    /** Each number as 1 and as 2. */
    private static Stream<String> allOf(String text, int from) {
        int number = text.indexOf('1', from);
        return number < 0
                ? Stream.of(text)
                : Stream.of("1", "2")
                        .flatMap(digit ->
                                allOf(text.substring(0, number) + digit + text.substring(number + 1), number + 1));
    }

    @RepeatedTest(200)
    void expandsToTheSameNames_eachOnce_whateverTheirOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TreeSet<String> names = names(random, random.nextInt(120));
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, random);

        List<String> folded = FoldedNames.of(shuffled);

        assertThat(expanded(folded)).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(names);
        assertThat(folded).as("seed %d", seed).isSorted().isEqualTo(FoldedNames.of(List.copyOf(names)));
        assertThat(FoldedNames.of(expanded(folded))).as("seed %d", seed).isEqualTo(folded);
    }

    @RepeatedTest(200)
    void isTheSetOfWhatWasAddedAndNotRemoved() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> some = List.copyOf(names(random, 30));
        TreeSet<String> model = new TreeSet<>();
        FoldedNames folded = new FoldedNames();
        for (int step = 0; step < 60; step++) {
            String name = some.get(random.nextInt(some.size()));
            if (random.nextInt(3) == 0) {
                model.remove(name);
                folded.remove(name);
            } else {
                model.add(name);
                folded.add(name);
            }
            assertThat(folded.size()).as("seed %d", seed).isEqualTo(model.size());
        }
        assertThat(expanded(folded.words())).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(model);
    }

    /** What another program of the same habit thinks of our words, and we of its. It is Python, and started two dozen times. */
    @Test
    @Timeout(120)
    void agreesWithClustershell() throws IOException, InterruptedException {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "nodeset"))),
                "no nodeset here: apt install clustershell");
        for (long seed = 1; seed <= 4; seed++) {
            TreeSet<String> names = names(new Random(seed), 80);
            List<String> folded = FoldedNames.of(List.copyOf(names));
            assertThat(nodeset("-e", folded))
                    .as("seed %d: %s", seed, folded)
                    .containsExactlyInAnyOrderElementsOf(names);
            List<String> theirs = nodeset("-f", names);
            assertThat(nodeset("-e", theirs)).as("seed %d: %s", seed, theirs).hasSameSizeAs(names);
        }
        for (String same : List.of("web[1-20]", "web[01-20,31]", "r[1-2]n[1-20]", "db[08-11].bj", "a[1-3,5,7-9]")) {
            List<String> names = nodeset("-e", List.of(same));
            assertThat(String.join(",", nodeset("-f", names))).isEqualTo(same);
            assertThat(FoldedNames.of(names)).containsExactly(same);
        }
    }

    private static List<String> nodeset(String option, Collection<String> words)
            throws IOException, InterruptedException {
        List<String> line = Stream.of(List.of("nodeset", option, "-S", "\n"), words)
                .flatMap(Collection::stream)
                .toList();
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", said).isZero();
        return said.lines().toList();
    }

    /** Near each other, so that there is something to fold; a letter stands between numbers, as clustershell wants it. */
    private static TreeSet<String> names(Random random, int most) {
        List<Supplier<String>> shapes = List.of(
                () -> "web" + random.nextInt(40),
                () -> String.format("web%02d", random.nextInt(40)),
                () -> String.format("n%03d", 980 + random.nextInt(40)),
                () -> "r" + random.nextInt(3) + "n" + random.nextInt(4),
                () -> "r" + random.nextInt(3) + "n" + random.nextInt(4) + ".bj" + random.nextInt(2),
                () -> "db" + (8 + random.nextInt(4)) + ".sh",
                () -> "mail" + "x".repeat(random.nextInt(3)));
        TreeSet<String> names = new TreeSet<>();
        for (int i = 0; i < most; i++) {
            names.add(shapes.get(random.nextInt(shapes.size())).get());
        }
        return names;
    }

    /** As the bus reads them: docs/targets.md. */
    private static List<String> expanded(List<String> words) {
        return words.stream().flatMap(FoldedNamesTest::expanded).toList();
    }

    private static Stream<String> expanded(String word) {
        int open = word.indexOf('[');
        if (open < 0) {
            return Stream.of(word);
        }
        int close = word.indexOf(']');
        List<String> tails = expanded(word.substring(close + 1)).toList();
        return Arrays.stream(word.substring(open + 1, close).split(","))
                .flatMap(FoldedNamesTest::numbers)
                .flatMap(number -> tails.stream().map(tail -> word.substring(0, open) + number + tail));
    }

    private static Stream<String> numbers(String range) {
        String first = range.split("-")[0];
        String last = range.substring(range.indexOf('-') + 1);
        int width = first.startsWith("0") ? first.length() : 1;
        return LongStream.rangeClosed(Long.parseLong(first), Long.parseLong(last))
                .mapToObj(number -> String.format("%0" + width + "d", number));
    }
}
