package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @Test
    void isDev_outsideOfAJar() {
        assertThat(Version.CURRENT).isEqualTo("dev");
    }

    @ParameterizedTest
    @CsvSource({"1.1.3, 1.2.0", "1.2, 1.2.1", "1.9.0, 1.10.0", "0.9.9, 1", "1.1.9-SNAPSHOT, 1.2.0", "1.2.3, 1.2.3.1"})
    void olderIsWhoseFirstOtherNumberIsSmaller(String older, String newer) {
        assertThat(Version.isOlder(older, newer)).isTrue();
        assertThat(Version.isOlder(newer, older.replace("-SNAPSHOT", ""))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1.2.0, 1.2", "1.2, 1.2.0", "1.2.0-SNAPSHOT, 1.2.0", "dev, 9.9.9", "'', 1", "1.0, 0", "01.2, 1.2"})
    void neitherIsOlder(String version, String than) {
        assertThat(Version.isOlder(version, than)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1.", ".1", "1..2", "v1", "1.2-rc1", "-1", "1 ", "12345678901"})
    void isNotDotted(String version) {
        assertThat(Version.isDotted(version)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1.2.0", "2026.11.22"})
    void isDotted(String version) {
        assertThat(Version.isDotted(version)).isTrue();
    }
}
