package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.255.255, true",
        "10.1.0.0/16, 10.2.0.0, false",
        "10.1.0.0/16, ::10.1.0.0, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.128/25, 10.1.2.127, false",
        "10.1.2.128/25, 10.1.2.200, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, fd00::1, false",
        "fd00::/8, fdab:1::2, true",
        "fd00::/8, fe80::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8, true",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0, true",
        "::/0, 1::, true",
        "::/0, ::, true",
        "::/0, ::1:2:3:4:5:6:7, true",
        "fd00:ab::/32, FD00:00aB::1, true",
        "::/0, 1:, false",
        "::/0, :1, false",
        "::/0, 1::2::3, false",
        "::/0, ::1::, false",
        "::/0, ':::', false",
        "::/0, 1:2:3:4:5:6:7, false",
        "::/0, 1:2:3:4:5:6:7:8:9, false",
        "::/0, 1:2:3:4:5:6:7:8::, false",
        "::/0, ::1:2:3:4:5:6:7:8, false",
        "::/0, 12345::, false",
        "::/0, fe80::1%eth0, false",
        "::/0, ::1.2.3.4, false",
        "::/0, ::\uff11, false",
        "::/0, 10.0.0.1, false",
        "::/0, '', false",
        "10.0.0.0/8, 10.0.0.1.2, false",
        "10.0.0.0/8, web1, false"
    })
    void containsTheAddressesWithTheSameBeginning(String network, String address, boolean isInside) {
        assertThat(Network.parse(network).orElseThrow().contains(address)).isEqualTo(isInside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.1.0.0/",
                "10.1.0.0/33",
                "10.1.0.0/-1",
                "10.1.0.0/016",
                "10.1.2.3/16",
                "10.1",
                "10.1.2.3.4",
                "010.1.2.3",
                "256.1.1.1",
                "1.2.3.x",
                "fd00::/129",
                "fd00::1/8",
                "1::2::3",
                ":::",
                ":1",
                "1:",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2:3:4:5:6:7:8",
                "12345::",
                "fe80::1%eth0",
                "g::"
            })
    void isNone_whenTheTextIsNoNetworkOrHasBitsBehindItsPrefix(String text) {
        assertThat(Network.parse(text)).isEmpty();
    }

    @Test
    void containsOneOf_looksAtEachAddress() {
        Network network = Network.parse("10.1.0.0/16").orElseThrow();

        assertThat(network.containsOneOf("192.168.0.1 10.1.2.3")).isTrue();
        assertThat(network.containsOneOf("10.1.2.3  192.168.0.1")).isTrue();
        assertThat(network.containsOneOf("192.168.0.1 10.2.2.3")).isFalse();
        assertThat(network.containsOneOf("")).isFalse();
    }

    @Test
    void containsOneOf_readsEachAddressToItsEnd_andNoFurther() {
        Network network = Network.parse("fd00::/8").orElseThrow();

        assertThat(network.containsOneOf("2001:db8::1 fd12::9")).isTrue();
        assertThat(network.containsOneOf("10.1.2.3 fd12:: :")).isTrue();
        assertThat(network.containsOneOf("fd12: :1")).isFalse();
        assertThat(network.containsOneOf("fd12:1:2:3:4:5:6 7")).isFalse();
        assertThat(network.containsOneOf(": :: ::fd12")).isFalse();
    }
}
