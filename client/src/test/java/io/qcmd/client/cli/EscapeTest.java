package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapeTest {
    @ParameterizedTest
    @CsvSource({
        "'\u001b[31mred', '\\x1b[31mred'",
        "'\u001b]0;title\u0007', '\\x1b]0;title\\x07'",
        "'100 %\rdone', '100 %\\x0ddone'",
        "'a\u009b2Jb', 'a\\x9b2Jb'",
        "'evil\u202etxt.exe', 'evil\\u202etxt.exe'",
        "'a\u2028b', 'a\\u2028b'",
        "'a\u007fb', 'a\\x7fb'",
        "'grün 中文 \ud83d\ude00', 'grün 中文 \ud83d\ude00'",
    })
    void showsWhatCouldMoveTheCursor(String said, String shown) {
        assertThat(Escape.text(said)).isEqualTo(shown);
        assertThat(Escape.text(said.getBytes(StandardCharsets.UTF_8))).isEqualTo(shown);
    }

    @Test
    void keepsTabs() {
        assertThat(Escape.text("a\tb")).isEqualTo("a\tb");
    }

    @Test
    void showsBytesThatAreNoText() {
        assertThat(Escape.text(new byte[] {'a', (byte) 0xff, (byte) 0xc3, 'b', (byte) 0xe4, (byte) 0xb8}))
                .isEqualTo("a\\xff\\xc3b\\xe4\\xb8");
    }

    @Test
    void letsNothingHarmfulThrough_whateverTheBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThat(Escape.text(bytes).codePoints()).as("seed %d", seed).allMatch(EscapeTest::isHarmless);
        }
    }

    @Test
    void letsNothingHarmfulThrough_whateverTheCharacter() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            String shown = Escape.text(Character.toString(c));
            assertThat(shown.codePoints().allMatch(EscapeTest::isHarmless))
                    .as("U+%04X", c)
                    .isTrue();
        }
    }

    /** Written anew, not taken from the code under test. */
    private static boolean isHarmless(int c) {
        boolean control = c < 0x20 && c != '\t' || c >= 0x7f && c <= 0x9f;
        boolean turns =
                c == 0x061c || c >= 0x200e && c <= 0x200f || c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
        boolean tag = c >= 0xe0000 && c <= 0xe007f || c == 0xfeff;
        return !control && !turns && !tag;
    }
}
