package io.qcmd.protocol.config;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port as they stand in a config file. The host is not resolved: whoever connects resolves it anew at each try.
 *
 * @param host a name or an IP address, IPv6 without brackets
 * @param port 0-65535; 0 asks a listener for any free one
 */
public record Address(String host, int port) {
    private static final int HIGHEST = 65_535;
    private static final Pattern FORM =
            Pattern.compile("(?:([A-Za-z0-9._-]{1,253})|\\[([0-9A-Fa-f:.]{2,45})]):([0-9]{1,5})");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|::1");

    public Address {
        if (host.isEmpty() || port < 0 || port > HIGHEST) {
            throw new IllegalArgumentException("address " + host + ":" + port + ": use a host and a port of 0-65535");
        }
    }

    /** Reads {@code host:port} or {@code [ipv6]:port}; empty if it is neither. */
    public static Optional<Address> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(3)) > HIGHEST) {
            return Optional.empty();
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        return Optional.of(new Address(host, Integer.parseInt(form.group(3))));
    }

    /** Whether it is written as an address that no other machine can reach. Says no in doubt, as for any other name. */
    public boolean isLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    /** For sockets; not resolved. */
    public InetSocketAddress toSocketAddress() {
        return InetSocketAddress.createUnresolved(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
