package io.qcmd.protocol.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:7505", "bus1.example.org:65535", "[::1]:0", "[2001:db8::1]:7505"})
    void printsAsItWasRead(String text) {
        assertThat(Address.parse(text)).map(Address::toString).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7505",
                ":7505",
                "bus1",
                "bus1:",
                "bus1:65536",
                "bus1:-1",
                "::1:7505",
                "bus 1:7505",
                "bus1:7505/x"
            })
    void isEmpty_whenItIsNoAddress(String text) {
        assertThat(Address.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.0.9", "localhost", "::1"})
    void isLoopback_whenNoOtherMachineReachesIt(String host) {
        assertThat(new Address(host, 1).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "10.0.0.1",
                "127.0.0.1.example.org",
                "127.0.0.256",
                "127.1",
                "localhost.example.org"
            })
    void isNotLoopback_whenInDoubt(String host) {
        assertThat(new Address(host, 1).isLoopback()).isFalse();
    }

    @Test
    void isNotResolved() {
        assertThat(new Address("localhost", 7505).toSocketAddress().isUnresolved())
                .isTrue();
    }
}
