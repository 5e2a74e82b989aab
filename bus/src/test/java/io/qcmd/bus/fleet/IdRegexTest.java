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
        assertThat(steps.get() - compiled).as("14 shapes").isLessThan(1_000 * 6 + 14 * 6 * 100);
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
        assertThatThrownBy(() -> IdRegex.check(regex))
                .extracting(e -> ((QcmdException) e).code())
                .isEqualTo(ErrorCode.LIMIT_EXCEEDED);
        assertThatThrownBy(() -> IdRegex.check("a".repeat(513))).hasMessageContaining("has 513 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"^web-[a-z]{2,8}-\\d{1,4}$", "a{1000}", "(a+)+$", "{}", "a{,5}"})
    void takes_whatDoesNot(String regex) {
        assertThatCode(() -> IdRegex.check(regex)).doesNotThrowAnyException();
    }
}
