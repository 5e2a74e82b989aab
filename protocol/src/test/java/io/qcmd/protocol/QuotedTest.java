package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotedTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "web1, 'web1'",
                "\"\", ''",
                "a b, 'a b'",
                "größe, 'gr\\u00f6\\u00dfe'",
                "😀, '\\ud83d\\ude00'",
            })
    void text_isQuoted_andWhatIsNotPlainIsEscaped(String text, String quoted) {
        assertThat(Quoted.of(text)).isEqualTo(quoted);
    }

    @Test
    void controlCharacters_neverReachATerminal() {
        assertThat(Quoted.of("\u001b[2J\r\n\0\u007f\u009b\u202e\ud800"))
                .isEqualTo("'\\u001b[2J\\u000d\\u000a\\u0000\\u007f\\u009b\\u202e\\ud800'");
    }

    @Test
    void longText_isCutAt64Characters() {
        assertThat(Quoted.of("x".repeat(64))).isEqualTo("'" + "x".repeat(64) + "'");
        assertThat(Quoted.of("x".repeat(65))).isEqualTo("'" + "x".repeat(64) + "…'");
    }
}
