package io.qcmd.bus.courier;

import io.qcmd.bus.fleet.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where callbacks may go: to addresses of the public internet, and to what an operator opened. Whoever can choose what a name means must not reach what only this
 * host can reach: itself, its neighbours, the metadata of its cloud.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA, IPv4 special-purpose addresses; the same for IPv6</a>
 */
final class Reach {
    private static final List<Network> CLOSED = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            // 169.254.169.254 tells whoever asks the keys of a cloud's machine.
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            // Multicast, reserved, broadcast.
            "224.0.0.0/3",
            // Of IPv6 only what PUBLIC_IPV6 holds is open, without what carries an IPv4 address or is for papers.
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20");

    private static final Network PUBLIC_IPV6 = networks("2000::/3").get(0);

    private Reach() {}

    static boolean isOpen(InetAddress address, List<Network> opened) {
        String text = text(address);
        return opened.stream().anyMatch(network -> network.contains(text)) || isPublic(address, text);
    }

    /** Without the name, and without the interface of a link-local address. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    private static boolean isPublic(InetAddress address, String text) {
        boolean isUsual = address instanceof Inet4Address || PUBLIC_IPV6.contains(text);
        return isUsual && CLOSED.stream().noneMatch(network -> network.contains(text));
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(text -> Network.parse(text).orElseThrow()).toList();
    }
}
