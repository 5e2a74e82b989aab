package io.qcmd.bus;

import io.qcmd.protocol.config.Address;
import io.qcmd.protocol.config.ConfigFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where the bus listens.
 *
 * @param agents where agents connect
 * @param clients where clients connect by TCP
 * @param socket where clients connect on this host; without the key {@code /run/qcmd/bus.sock} for the data of an installed bus, else inside its data
 * @param insecurePlaintextOnEveryNetwork whether agents and clients may listen beyond loopback although nothing is encrypted
 * @param insecureTcpClientsAreAdmin whether a client that comes by TCP, and so cannot prove who it is, may do everything
 */
public record Listening(
        Address agents,
        Address clients,
        Path socket,
        boolean insecurePlaintextOnEveryNetwork,
        boolean insecureTcpClientsAreAdmin) {
    /** The kernel takes 107 bytes; some are left for the names of temporary sockets beside it. */
    private static final int LONGEST_SOCKET = 100;

    static Listening of(ConfigFile config, Path data) {
        return new Listening(
                config.address("agents", "127.0.0.1:7505"),
                config.address("clients", "127.0.0.1:7506"),
                config.path(
                        "socket",
                        data.equals(Keeping.INSTALLED) ? Path.of("/run/qcmd/bus.sock") : data.resolve("bus.sock")),
                config.flag("insecure_plaintext_on_every_network", false),
                config.flag("insecure_tcp_clients_are_admin", false));
    }

    void check(ConfigFile config) {
        checkReach(config, "agents", agents);
        checkReach(config, "clients", clients);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET) {
            String rule = "has " + length + " bytes; a Unix socket's path has at most " + LONGEST_SOCKET;
            throw config.invalid("socket", rule);
        }
    }

    private void checkReach(ConfigFile config, String key, Address address) {
        if (!address.isLoopback() && !insecurePlaintextOnEveryNetwork) {
            throw config.invalid(
                    key,
                    "is no loopback address, and nothing is encrypted yet: whoever can reach it reads and runs commands; use 127.0.0.1,"
                            + " or insecure_plaintext_on_every_network: true to accept that");
        }
    }
}
