package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
    /** An element of a glob, and the same as a regular expression. */
    private static final String[][] ELEMENTS = {
        {"a", "a"}, {"b", "b"}, {"?", "."}, {"[ab]", "[ab]"}, {"[!a]", "[^a]"}, {"[a-b.]", "[ab.]"}
    };

    @ParameterizedTest
    @CsvSource({
        "*,a",
        "web*,web",
        "web*,web1",
        "*1,web1",
        "w*b*1,web-b1",
        "web?,web1",
        "web[abc],webb",
        "web[a-c],webb",
        "web[!a-c],webd",
        "web[a-],web-",
        "web[!0-9]*,weba1",
        "web[a-z0-9],web7",
        "**,x",
        "web.*,web.x"
    })
    void matches(String pattern, String id) {
        assertThat(Glob.ofIds(pattern).matches(id)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "web*,we",
        "web*,xweb1",
        "*1,web12",
        "web?,web",
        "web?,web12",
        "web[abc],webd",
        "web[!a-c],webb",
        "web[a-c],web",
        "web.*,webx1",
        "?,ab"
    })
    void doesNotMatch(String pattern, String id) {
        assertThat(Glob.ofIds(pattern).matches(id)).isFalse();
    }

    @ParameterizedTest
    @Tag("A03")
    @ValueSource(
            strings = {
                "Web*",
                "../*",
                "a/*",
                "*\\",
                "wеb*",
                "*$(id)",
                "web[A-Z]",
                "web[]*",
                "web[!]",
                "web[c-a]",
                "web]*",
                "web{a,b}*",
                "web[a"
            })
    void refusesAPattern_thatNoIdCanMatch(String pattern) {
        assertThatThrownBy(() -> Glob.ofIds(pattern))
                .isInstanceOf(QcmdException.class)
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.TARGET_INVALID);
    }

    @Test
    void matchesTheLongestIds() {
        String longest = "a".repeat(128);

        assertThat(Glob.ofIds("a".repeat(127) + "?").matches(longest)).isTrue();
        assertThat(Glob.ofIds("?".repeat(64) + "*" + "a".repeat(64)).matches(longest))
                .isTrue();
        assertThat(Glob.ofIds("a".repeat(127) + "b*").matches(longest)).isFalse();
        assertThatThrownBy(() -> Glob.ofIds("a".repeat(129) + "*")).hasMessageContaining("at most 128");
    }

    @Test
    @Tag("A39")
    void isNotSlowedDown_byStarsThatWouldBacktrack() {
        Glob hostile = Glob.ofIds("*a".repeat(120) + "*b");
        String id = "a".repeat(128);

        // A backtracking matcher would not end within the life of this machine.
        assertThat(hostile.matches(id)).isFalse();
        assertThat(Glob.ofIds("*".repeat(10_000) + "b").matches(id)).isFalse();
    }

    @Test
    void prefixIsWhatStandsBeforeTheFirstWildcard() {
        assertThat(Glob.ofIds("web-?x*").prefix()).isEqualTo("web-");
        assertThat(Glob.ofIds("[ab]c*").prefix()).isEmpty();
    }

    @Test
    void agreesWithRegularExpressions() {
        int matched = 0;
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            StringBuilder pattern = new StringBuilder();
            StringBuilder regex = new StringBuilder();
            // At most three stars: the regular expression backtracks.
            int stars = 3;
            for (int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 80 : 8); length > 0; length--) {
                if (stars > 0 && random.nextInt(3) == 0) {
                    stars--;
                    pattern.append('*');
                    regex.append(".*");
                }
                String[] element = ELEMENTS[random.nextInt(ELEMENTS.length)];
                pattern.append(element[0]);
                regex.append(element[1]);
            }
            String id = id(random, pattern.length());
            boolean expected = Pattern.matches(regex.toString(), id);
            assertThat(Glob.ofIds(pattern.toString()).matches(id))
                    .as("seed %d: %s, %s", seed, pattern, id)
                    .isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isBetween(250, 4_750);
    }

    private static String id(Random random, int about) {
        StringBuilder id = new StringBuilder("a");
        for (int length = random.nextInt(about + 4); length > 0; length--) {
            id.append("ab.".charAt(random.nextInt(3)));
        }
        return id.substring(0, Math.min(128, id.length()));
    }
}
