package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FoldedSetTest {
    private static final int MOST = 100_000;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web1|web1",
                "web[1-3]|web1 web2 web3",
                "web[08-11]|web08 web09 web10 web11",
                "web[8-11]|web8 web9 web10 web11",
                "web[01-02,31]|web01 web02 web31",
                "web[99-101]|web99 web100 web101",
                "web[09-10]|web09 web10",
                "web[098-101]|web098 web099 web100 web101",
                "web[01-100]|web01 web02 … web99 web100",
                "[1-2]web|1web 2web",
                "r[1-2]n[01-02].dc|r1n01.dc r1n02.dc r2n01.dc r2n02.dc",
                "web[5]|web5",
                "web[0]|web0",
                "web[00-01]|web00 web01",
                "web[1-2,2-3]|web1 web2 web2 web3",
                "web[1-2]*|web1* web2*",
                "web[abc][1-2]|web[abc]1 web[abc]2"
            })
    void namesEachNumber(String term, String names) {
        List<String> all = FoldedSet.parse(term, MOST).names();

        if (names.contains("…")) {
            assertThat(all).hasSize(100).startsWith("web01", "web02").endsWith("web99", "web100");
        } else {
            assertThat(all).containsExactly(names.split(" "));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web[3-1]",
                "web[1-]",
                "web[-1]",
                "web[1,,2]",
                "web[1,]",
                "web[,]",
                "web[-]",
                "web[1-2-3]",
                "web[1-02]",
                "web[001-2]",
                "web[1-3",
                "web[1234567890123456789,1]",
                "web[12]",
                "web[007]"
            })
    void refusesASet_thatIsNone(String term) {
        assertThatThrownBy(() -> FoldedSet.parse(term, MOST))
                .isInstanceOf(QcmdException.class)
                .hasMessageStartingWith("target '" + term + "'")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.TARGET_INVALID);
    }

    @ParameterizedTest
    @Tag("A39")
    @ValueSource(
            strings = {
                "web[1-999999999]",
                "web[1-100001]",
                "web[0-999999999999999999]",
                "web[1-50000,1-50001]",
                "web[1-400][1-400]",
                "w[0-999999999999999999][0-999999999999999999][0-999999999999999999][0-999999999999999999]"
            })
    void neverExpandsMoreThanTheLimit(String term) {
        assertThatThrownBy(() -> FoldedSet.parse(term, MOST))
                .hasMessageContaining("names more than 100,000 minions")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
    }

    @Test
    @Tag("A39")
    void refusesTermsThatAreOnlyMadeToBeLarge() {
        assertThatThrownBy(() -> FoldedSet.parse("[1,2]".repeat(400_000), MOST))
                .hasMessageContaining("more than 8 brackets");
        assertThatThrownBy(() -> FoldedSet.parse("a".repeat(2_000_000) + "[1-99999]", MOST))
                .hasMessageContaining("at most 128");
        assertThatThrownBy(() -> FoldedSet.parse("[" + "1,".repeat(1_000_000) + "1]", MOST))
                .hasMessageContaining("100,000");
        assertThatThrownBy(() -> FoldedSet.parse("[".repeat(2_000_000), MOST)).hasMessageContaining("no ']'");
        assertThatThrownBy(() -> FoldedSet.parse("[a]".repeat(700_000), MOST)).hasMessageContaining("at most 128");
    }

    @Test
    void agreesWithNaiveExpansion() {
        for (long seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            StringBuilder term = new StringBuilder("w");
            List<String> expected = List.of("w");
            for (int brackets = 1 + random.nextInt(2); brackets > 0; brackets--) {
                List<String> numbers = new ArrayList<>();
                term.append('[').append(ranges(random, numbers)).append("]x");
                expected = expected.stream()
                        .flatMap(name -> numbers.stream().map(number -> name + number + "x"))
                        .toList();
            }
            FoldedSet set = FoldedSet.parse(term.toString(), MOST);
            assertThat(set.names()).as("seed %d: %s", seed, term).isEqualTo(expected);
            assertThat(set.size()).as("seed %d: %s", seed, term).isEqualTo(expected.size());
        }
    }

    private static String ranges(Random random, List<String> numbers) {
        List<String> ranges = new ArrayList<>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            int first = random.nextInt(120);
            int last = first + random.nextInt(12);
            int width = random.nextBoolean() ? 3 : 1;
            String form = "%0" + width + "d";
            ranges.add(String.format(form + "-" + form, first, last));
            for (int number = first; number <= last; number++) {
                numbers.add(String.format(form, number));
            }
        }
        return String.join(",", ranges);
    }
}
