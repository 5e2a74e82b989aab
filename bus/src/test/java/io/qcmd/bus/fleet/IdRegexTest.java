package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdRegexTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "^db\\d+$|db",
                "^web1?$|web",
                "^web1*|web",
                "^ab+c|ab",
                "^a{0,3}b|",
                "^a?|",
                "^web-a_b.c|web-a_b",
                "db|",
                "^(web)|",
                "^[a]b|",
                "^|",
                "^^a|a"
            })
    void prefix_isWhatEveryMatchBeginsWith(String regex, String prefix) {
        assertThat(IdRegex.prefix(regex)).isEqualTo(prefix == null ? "" : prefix);
    }

    @Test
    void idsThatAreAlike_areMatchedOnce() {
        AtomicLong steps = new AtomicLong();
        IdRegex odd = IdRegex.compile("^(web|db)[0-9]*[13579]$", false, steps::addAndGet);
        long compiled = steps.get();

        List<String> found = IntStream.range(0, 1_000)
                .mapToObj(i -> "web" + i)
                .filter(odd::isIn)
                .toList();

        assertThat(found).hasSize(500).startsWith("web1", "web3").endsWith("web999");
        assertThat(steps.get() - compiled).as("14 shapes").isLessThan(1_000 * 30 + 14 * 6 * 100);
        assertThat(odd.isIn("mail1")).isFalse();
    }

    @Test
    void idsThatAreNot_areMatchedOneByOne() {
        List<String> ids = IntStream.range(0, 10_000).mapToObj(i -> "web" + i).toList();
        IdRegex each = IdRegex.compile("^web(0|1|2|3|4|5|6|7|8|9)*[24680]$", false, steps -> {});

        assertThat(ids.stream().filter(each::isIn)).hasSize(5_000);
    }

    @ParameterizedTest
    @Tag("A39")
    @ValueSource(
            strings = {"(a{100}){100}a{3}", "a{999999999}{999999999}", "((a{1,100}){100}){1,100}", "(a{100000,}b)"})
    void refuses_whatMultiplies(String regex) {
        assertThatThrownBy(() -> IdRegex.size(regex))
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThatThrownBy(() -> IdRegex.size("a".repeat(513))).hasMessageContaining("has 513 characters");
    }

    /** U+1C80 is one of nine characters of which RE2/J never finds the last other case. */
    @ParameterizedTest
    @Tag("A39")
    @ValueSource(
            strings = {
                "(?i)\\x{1c80}",
                "(?i)[\\x{1c80}]",
                "(?i)\u1c80",
                "[a-\u9fff]",
                "\\x61",
                "[\\141-z]",
                "a\\\\\\0",
                "(?i)\\Q\\\u1c80\\E"
            })
    void refuses_whatNoIdHas_beforeItIsCompiled(String regex) {
        assertThatThrownBy(() -> IdRegex.compile(regex, false, steps -> {}))
                .hasMessageContaining("is no character of ids")
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.TARGET_INVALID);
    }

    @Test
    @Tag("A39")
    void compiles_whatWasPaidForBefore() {
        String classes = "[ab][cd][ef][gh]".repeat(30);
        IllegalStateException spent = new IllegalStateException("no steps left");

        assertThatThrownBy(() -> IdRegex.compile(classes, false, steps -> {
                    throw spent;
                }))
                .isSameAs(spent);
        AtomicLong steps = new AtomicLong();
        IdRegex unused = IdRegex.compile(classes, false, steps::addAndGet);
        assertThat(steps.get())
                .as("its characters, its instructions, its four classes")
                .isGreaterThan(480 * 520 + 4 * 4_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^web-[a-z]{2,8}-\\d{1,4}$", "a{1000}", "(a+)+$", "{}", "a{,5}"})
    void takes_whatDoesNot(String regex) {
        assertThatCode(() -> IdRegex.size(regex)).doesNotThrowAnyException();
    }
}
