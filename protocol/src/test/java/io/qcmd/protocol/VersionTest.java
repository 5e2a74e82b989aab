package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void isDev_outsideOfAJar() {
        assertThat(Version.CURRENT).isEqualTo("dev");
    }
}
