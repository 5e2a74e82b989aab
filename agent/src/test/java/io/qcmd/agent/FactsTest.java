package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FactsTest {
    @Test
    void factsOfThisHost_fitIntoHello() {
        Map<String, String> facts = Facts.ofThisHost(new ProcessGroups("off"));

        assertThat(facts)
                .containsKeys("containment", "kernel", "arch", "hostname", "cpus", "memory")
                .hasSizeLessThan(64);
        assertThat(facts.values())
                .allSatisfy(value -> assertThat(value).isNotEmpty().hasSizeLessThanOrEqualTo(256));
    }

    @Test
    void addresses_areTextsWithSpacesBetweenThem() throws UnknownHostException {
        List<InetAddress> addresses = List.of(
                address(10, 1, 0, 7),
                InetAddress.getByAddress(new byte[] {(byte) 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}),
                address(192, 168, 0, 1));

        assertThat(Facts.texts(addresses, Inet4Address.class)).contains("10.1.0.7 192.168.0.1");
        assertThat(Facts.texts(addresses, Inet6Address.class)).contains("fd00:0:0:0:0:0:0:7");
    }

    @Test
    void addresses_areLeftOutWhole_whenThereIsNoRoom() {
        List<InetAddress> many = IntStream.range(0, 1_000)
                .mapToObj(i -> address(10, 200, i / 250, 100))
                .toList();

        String texts = Facts.texts(many, Inet4Address.class).orElseThrow();

        assertThat(texts).hasSizeBetween(240, 256);
        assertThat(texts.split(" ")).allMatch(text -> text.matches("10\\.200\\.[0-3]\\.100"));
    }

    private static InetAddress address(int... bytes) {
        try {
            byte[] address = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                address[i] = (byte) bytes[i];
            }
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
