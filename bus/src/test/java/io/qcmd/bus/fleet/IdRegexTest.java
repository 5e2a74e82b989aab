package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import org.junit.jupiter.api.Tag;
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
                "^^a|"
            })
    void prefix_isWhatEveryMatchBeginsWith(String regex, String prefix) {
        assertThat(IdRegex.prefix(regex)).isEqualTo(prefix == null ? "" : prefix);
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
