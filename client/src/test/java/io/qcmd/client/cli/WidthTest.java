package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WidthTest {
    @ParameterizedTest
    @CsvSource({"abc,3", "'',0", "✓ ok · é,8", "日本語,6", "한국,4", "e\u0301,1", "😀,2", "ｆｕ,4", "━━,2", "𠀀,2"})
    void countsColumns(String text, int columns) {
        assertThat(Width.of(text)).isEqualTo(columns);
    }

    @Test
    void cutsBeforeTheLastColumn_andNeverThroughAWideCharacter() {
        assertThat(Width.cut("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Width.cut("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Width.cut("日本語", 5)).isEqualTo("日本…");
        assertThat(Width.cut("日本語", 4)).isEqualTo("日…");
        assertThat(Width.cut("ab", 1)).isEqualTo("…");
        assertThat(Width.cut("ab", 0)).isEmpty();
    }

    @Test
    void pads() {
        assertThat(Width.pad("日", 4)).isEqualTo("日  ");
        assertThat(Width.pad("long", 2)).isEqualTo("long");
    }
}
