package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.fleet.Expression.Address;
import io.qcmd.bus.fleet.Expression.And;
import io.qcmd.bus.fleet.Expression.Names;
import io.qcmd.bus.fleet.Expression.Not;
import io.qcmd.bus.fleet.Expression.Or;
import io.qcmd.bus.fleet.Expression.Regex;
import io.qcmd.bus.fleet.Expression.Trait;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a or b and c|a or (b and c)",
                "(a or b) and c|(a or b) and c",
                "not a and b|not a and b",
                "not (a and b)|not (a and b)",
                "not not a|not not a",
                "a,b and c|a,b and c",
                " web1 , db[1-3] ,mail*|web1,db[1-3],mail*",
                "a,@g,b|a or @g or b",
                "a,@g and b|(a or @g) and b",
                "((a))|a",
                "dc=bj and role!=web|dc=bj and not role=web",
                "os=debian*|os=debian*",
                "os_name=\"Debian GNU/Linux\"|os_name=\"Debian GNU/Linux\"",
                "a='it \"is\"'|a='it \"is\"'",
                "empty=\"\"|empty=\"\"",
                "(dc=bj)|dc=bj",
                "~^db\\d+$|~^db\\d+$",
                "10.1.0.0/16 or fd00::/8|10.1.0.0/16 or fd00::/8",
                "10.1.0.0|10.1.0.0",
                "S@10.1.2.3|10.1.2.3",
                "G@os:debian and L@a,b|G@os:debian and a,b",
                "E@web\\d or E@^a|E@web\\d or E@^a",
                "N@db and @web|@db and @web",
                "L@or,and|L@or,and",
                "not(a)|not a",
                "android or nothing|android or nothing"
            })
    void readsByPrecedence(String text, String tree) {
        assertThat(parse(text)).hasToString(tree);
    }

    @Test
    void readsRegularExpressionsToTheirEnd() {
        assertThat(parse("(~^(a|b){1,3}[),]x or b)")).hasToString("~^(a|b){1,3}[),]x or b");
        assertThat(parse("E@^a|b")).isEqualTo(new Regex("^a|b", true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "web01 web02|found 'web02' at index 6, expected and, or, a comma between names, or the end",
                "a and|found the end at index 5, expected a name, a group, name=value, not or '('",
                "and a|found 'and' at index 0, expected a name, a group, name=value, not or '('; a minion of that name is L@and",
                "a,,b|found ',' at index 2, expected a name",
                "a,|found the end at index 2, expected a name",
                "(a|found the end at index 2, expected and, or, a comma between names, or ')'",
                "a)|found ')' at index 1, expected and, or",
                "()|found ')' at index 1, expected a name",
                "role=|found the end at index 5, expected a value; name=* is any",
                "ro le=web|found 'le=web' at index 3, expected and, or",
                "=web|found '' before index 0, expected the name of a label or fact",
                "a$=web|found 'a$' before index 2, expected the name of a label or fact",
                "a=\"b|the quote at index 2 has no end",
                "role=web,db|a comma at index 8 joins names and groups only",
                "~^a$,b|a comma at index 4 joins names and groups only",
                "~|found the end at index 1, expected a regular expression",
                "a/b|found 'a/b' before index 3, expected an address or a network",
                "10.1.2.3/16|expected an address or a network without bits behind its prefix",
                "role:web|found 'role:web' before index 8, expected an address or a network",
                "P@os:x|found 'P@' at index 0, expected one of G@ L@ E@ S@ N@",
                "G@os|G@ at index 0 has no ':'",
                "S@web1|expected an address or a network",
                "-|'-' at index 0 is stdin, which only the command line can read",
                "@file:x|'@file:' before index 7 is a file, which only the command line can read"
            })
    void saysWhereAndWhatWasExpected(String text, String error) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(QcmdException.class)
                .hasMessageStartingWith("target '")
                .hasMessageContaining(error)
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.TARGET_INVALID);
    }

    @Test
    void refusesANameThatNoGroupCanHave() {
        assertThatThrownBy(() -> parse("@Web"))
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.GROUP_INVALID);
    }

    @Test
    @Tag("A39")
    void refusesWhatIsTooDeepOrTooMuch() {
        for (String hostile : List.of(
                "(".repeat(1_000_000) + "a",
                "(".repeat(65) + "a" + ")".repeat(65),
                "not ".repeat(65) + "a",
                "a" + " and a".repeat(100_000),
                "a" + " or a".repeat(1_000),
                "a,".repeat(100_000) + "a",
                "role=" + "x".repeat(257))) {
            assertThatThrownBy(() -> parse(hostile))
                    .as("%.40s", hostile)
                    .extracting(e -> ((QcmdException) e).code())
                    .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        }
        assertThat(parse("(".repeat(64) + "a" + ")".repeat(64))).hasToString("a");
        assertThat(parse("a" + " or a".repeat(999))).isInstanceOf(Or.class);
    }

    @Test
    void readsAgainWhatItWrites() {
        for (long seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            Expression tree = tree(random, 4);

            assertThat(parse(tree.toString())).as("seed %d: %s", seed, tree).isEqualTo(tree);
        }
    }

    private static Expression tree(Random random, int depth) {
        Supplier<Expression> below = () -> tree(random, depth - 1);
        return switch (depth == 0 ? random.nextInt(6) : random.nextInt(10)) {
            case 0 -> new Names(some(random, "web1", "db[1-3]", "mail*", "[ab]c", "w[01-20,31]?", "or", "10.1.2.x"));
            case 1 -> new Expression.Group(some(random, "web", "db-2").get(0));
            case 2 ->
                new Trait(
                        random.nextBoolean(),
                        some(random, "role", "os.name", "A_b").get(0),
                        some(random, "web", "b*?", "two words", "", "a\"b", "it's", "(x)", "a,b", "a=b:c@d")
                                .get(0));
            case 3 ->
                new Regex(
                        some(random, "^db\\d+$", "(a|b){1,3}", "[),(]", "a\\)", "\\[x", "[\\],]")
                                .get(0),
                        random.nextBoolean());
            case 4, 5 ->
                new Address(Network.parse(some(random, "10.0.0.0/8", "fd00::/8", "::1", "0.0.0.0/0")
                                .get(0))
                        .orElseThrow());
            case 6, 7 -> new Not(below.get());
            case 8 ->
                new And(Stream.generate(below).limit(2 + random.nextInt(2)).toList());
            default ->
                new Or(Stream.generate(below).limit(2 + random.nextInt(2)).toList());
        };
    }

    /** One or two of them, in any order. */
    private static List<String> some(Random random, String... words) {
        return random.ints(1 + random.nextInt(2), 0, words.length)
                .mapToObj(i -> words[i])
                .toList();
    }

    private static Expression parse(String text) {
        return TargetParser.parse(new Target(text), 100_000);
    }
}
