package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MillisTest {
    @ParameterizedTest
    @CsvSource({
        "0,0 ms",
        "1500,1500 ms",
        "1000,1 s",
        "90000,90 s",
        "300000,5 min",
        "90000000,25 h",
        "86400001,86400001 ms",
        "-1000,-1 s"
    })
    void saysATime_inTheLargestUnitWithoutAFraction(long millis, String text) {
        assertThat(Millis.text(millis)).isEqualTo(text);
    }
}
