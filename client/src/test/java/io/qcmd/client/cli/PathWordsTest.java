package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathWordsTest {
    @TempDir
    private Path home;

    /** Java has no other way to hold such a name: what the locale cannot say is as wrong as NUL. */
    @Test
    void aNameThatCannotBe_isAMistake_withoutTheNameOfAClass() {
        Typist typist = new Typist(home);
        for (String[] words : new String[][] {{"demo", "--dir", "a\0b"}, {"status", "-o", "dir=a\0b"}}) {
            assertThat(typist.type(words)).isEqualTo(2);
            assertThat(typist.err)
                    .contains("'a\\x00b' is no path here: Nul character")
                    .doesNotContain("java.");
        }
    }
}
