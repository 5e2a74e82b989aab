package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class FailOnTest {
    private final FailOn.Words words = new FailOn.Words();

    @ParameterizedTest
    @CsvSource({"any,1", "5%,1000", "100%,20000", "all,20000", "1%,200", "never,20001"})
    void isReachedBySoManyOf20000(String text, int bad) {
        FailOn failOn = words.convert(text);
        assertThat(failOn.isReached(bad, 20_000)).isEqualTo(bad <= 20_000);
        assertThat(failOn.isReached(bad - 1, 20_000)).isFalse();
    }

    @Test
    void isNotReached_whenAllIsWell() {
        assertThat(FailOn.ANY.isReached(0, 0)).isFalse();
        assertThat(words.convert("all").isReached(0, 3)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "some", "0%", "101%", "5", "-1%", "5.5%", "99999999999%"})
    void refusesWhatIsNoShare(String text) {
        assertThatThrownBy(() -> words.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("any, all, never, or 1% to 100%");
    }
}
