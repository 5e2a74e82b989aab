package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlikeSymbolsTest {
    private static final String SYMBOLS = "abcdefghijklmnopqrstuvwxyz0123456789._-";

    /** What an expression may be made of; together they need not be one. */
    private static final List<String> PIECES = List.of(
            "a",
            "b",
            "k",
            "s",
            "K",
            "7",
            "0",
            ".",
            "-",
            "_",
            "\\.",
            "\\-",
            "\\d",
            "\\D",
            "\\w",
            "\\W",
            "\\s",
            "\\S",
            "\\b",
            "\\B",
            "\\A",
            "\\z",
            "^",
            "$",
            "*",
            "+",
            "?",
            "*?",
            "|",
            "(",
            ")",
            "(?:",
            "(?i)",
            "(?i:",
            "(?-i:",
            "(?P<name>",
            "{2}",
            "{0,3}",
            "{",
            "}",
            "]",
            "[13579]",
            "[^a-f]",
            "[]a]",
            "[^]5-9]",
            "[[:alpha:]]",
            "[^[:digit:]x]",
            "[[:b]",
            "[K-S]",
            "[\\]a]",
            "[\\d_]",
            "[\\x{61}-c]",
            "[.-]",
            "[a\\-c]",
            "\\Q",
            "\\E",
            "\\pL",
            "\\p{Nd}",
            "\\x61",
            "\\x{6b}",
            "\\141",
            "\\t",
            "ſ",
            "[ſ]",
            "\u212a");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "^db[0-9]*[13579]$|db0148|db0100",
                "^(?:web\\d+)$|web9.x-|web0aaa",
                "^(?:web\\d+)$|wxb|wab",
                ".*|x9-|aaa",
                "\\bx|w9-|aa.",
                "(?i)K|kjs|kaa",
                "[[:digit:]x]|a7x|axx",
                "[^]a-c]|cd9|add",
                "a\\.b|c.b|c.b",
            })
    void shape_hasTheFirstOfThoseThatAreAlike(String regex, String id, String shape) {
        assertThat(new AlikeSymbols(regex, steps -> {}).shape(id)).isEqualTo(shape);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\Qa.b\\E", "\\pL", "\\x61", "\\141", "[0-9]ſ"})
    void whatIsNotKnown_tellsAllApart(String regex) {
        assertThat(new AlikeSymbols(regex, steps -> {}).shape(SYMBOLS)).isEqualTo(SYMBOLS);
    }

    @Test
    void whatIsFoundInAShape_isFoundInTheId_andTheOtherWayRound() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int compiled = 0;
        for (int n = 0; n < 20_000; n++) {
            String regex = pieces(random);
            Pattern pattern;
            try {
                pattern = Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                continue;
            }
            compiled++;
            AlikeSymbols alike = new AlikeSymbols(regex, steps -> {});
            for (int i = 0; i < 10; i++) {
                String id = id(random);
                assertThat(pattern.matcher(alike.shape(id)).find())
                        .as("seed %d: %s in %s, as %s", seed, regex, id, alike.shape(id))
                        .isEqualTo(pattern.matcher(id).find());
            }
        }
        assertThat(compiled).isGreaterThan(1_000);
    }

    private static String pieces(Random random) {
        return IntStream.range(0, 1 + random.nextInt(6))
                .mapToObj(i -> PIECES.get(random.nextInt(PIECES.size())))
                .collect(Collectors.joining());
    }

    private static String id(Random random) {
        return IntStream.range(0, 1 + random.nextInt(6))
                .mapToObj(
                        i -> SYMBOLS.substring(random.nextInt(SYMBOLS.length())).substring(0, 1))
                .collect(Collectors.joining());
    }
}
