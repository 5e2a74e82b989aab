package io.qcmd.bus.courier;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.fleet.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("A46")
class ReachTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.255.255.255",
                "100.64.0.1",
                "127.0.0.1",
                "127.255.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::7f00:1",
                "64:ff9b::7f00:1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "3fff::1",
                "4000::1"
            })
    void addressThatIsNotPublic_isClosed(String text) throws UnknownHostException {
        assertThat(Reach.isOpen(InetAddress.getByName(text), List.of())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "172.15.255.255",
                "172.32.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450:4001::1",
                "2001:4860:4860::8888"
            })
    void publicAddress_isOpen(String text) throws UnknownHostException {
        assertThat(Reach.isOpen(InetAddress.getByName(text), List.of())).isTrue();
    }

    @Test
    void closedAddress_isOpen_whenItsNetworkIsNamed() throws UnknownHostException {
        List<Network> named = List.of(
                Network.parse("10.1.0.0/16").orElseThrow(),
                Network.parse("fd00::/8").orElseThrow());

        assertThat(Reach.isOpen(InetAddress.getByName("10.1.255.1"), named)).isTrue();
        assertThat(Reach.isOpen(InetAddress.getByName("10.2.0.1"), named)).isFalse();
        assertThat(Reach.isOpen(InetAddress.getByName("fd12::1"), named)).isTrue();
        assertThat(Reach.isOpen(InetAddress.getByName("fe80::1"), named)).isFalse();
    }
}
