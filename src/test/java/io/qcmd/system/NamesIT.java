package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bus that is found by its name, by an agent that has an /etc/hosts of its own. */
@Timeout(180)
class NamesIT {
    private static final String NAME = "bus.qcmd.test";
    private static final String OWN_NAMES =
            "mount --bind hosts /etc/hosts && mount --bind nsswitch /etc/nsswitch.conf && exec \"$0\" \"$@\"";
    /** The program that is to be started follows. */
    private static final List<String> WITH_OWN_NAMES = List.of("unshare", "--mount", "sh", "-c", OWN_NAMES);

    /** Tries that had begun before a change. With an answer kept for 10 s, or for 30, it is one or two for each second of these. */
    private static final int FEW = 3;

    @TempDir
    Path directory;

    private House house;
    private Program agent;
    private @Nullable Program bus;

    @BeforeEach
    void startAgent() throws IOException {
        Files.createFile(directory.resolve("hosts"));
        Files.writeString(directory.resolve("nsswitch"), "hosts: files\n");
        try (Program probe = Program.start(
                directory,
                "probe",
                Map.of(),
                Stream.concat(WITH_OWN_NAMES.stream(), Stream.of("true")).toList())) {
            assumeTrue(probe.exit(House.LIMIT) == 0, () -> "needs a mount namespace of its own: " + probe.err());
        }
        house = new House(directory);
        agent = house.startAgent(
                WITH_OWN_NAMES,
                "web1",
                Map.of(),
                "bus: " + NAME + ":" + house.agentPort(),
                "insecure_plaintext_on_every_network: true");
    }

    @AfterEach
    void close() {
        if (house != null) {
            house.close();
        }
    }

    @Test
    @Tag("F59")
    void aNameThatFails_andThenMoves_isResolvedAtEachTry() throws IOException {
        await().atMost(House.LIMIT).until(() -> tries() > FEW);
        assertThat(agent.err()).contains("UNREACHABLE", NAME);

        startBusAt("127.0.0.1");
        assertIsFoundAtOnce("127.0.0.1");
        startBusAt("127.0.0.2");
        assertIsFoundAtOnce("127.0.0.2");
    }

    @Test
    @Tag("F59")
    void aBusWithIpv6Alone_isFound_alsoByANameThatHasAnAddressBesideIt() throws IOException {
        assumeTrue(hasIpv6(), "this host has no ::1");
        startBusAt("[::1]");
        assertIsFoundAtOnce("::1");
        startBusAt("[::1]");
        assertIsFoundAtOnce("127.0.0.1", "::1");
    }

    private void startBusAt(String address) {
        if (bus != null) {
            bus.close();
        }
        bus = house.startBus("agents: '" + address + ":" + house.agentPort() + "'");
        house.awaitBus();
    }

    private void assertIsFoundAtOnce(String... addresses) throws IOException {
        int before = tries();
        Files.write(
                directory.resolve("hosts"),
                List.of(addresses).stream().map(address -> address + " " + NAME).toList());
        house.awaitUp("web1");
        assertThat(tries() - before).as("%s", agent).isLessThanOrEqualTo(FEW);
        assertThat(house.result(house.run("web1").shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
    }

    /** How often the agent has tried in vain. */
    private int tries() {
        return agent.err().split("no session with the bus", -1).length - 1;
    }

    private static boolean hasIpv6() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    }
}
