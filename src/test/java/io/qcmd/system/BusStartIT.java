package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qcmd.system.House.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a bus refuses: settings, a place that another bus has, and strangers at its Unix socket. */
@Timeout(120)
class BusStartIT {
    private static final String NOBODY = "65534";

    @TempDir
    static Path directory;

    private static House house;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        house.startBus();
        house.awaitBus();
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    @Tag("F31")
    void aSecondBusOnTheSameData_isRefused_andTheFirstGoesOn() throws IOException {
        Answer second = bus("second", "data: " + directory.resolve("bus"), "socket: " + directory.resolve("2.sock"));

        assertThat(second.exit()).as("%s", second).isEqualTo(2);
        assertThat(second.err()).contains(directory.resolve("bus").toString()).contains("another");
        assertThat(house.qcmd("status").exit()).isZero();
    }

    @Test
    void aSecondBusOnTheSameSocket_isRefused_andTheFirstGoesOn() throws IOException {
        Answer second =
                bus("intruder", "data: " + directory.resolve("other"), "socket: " + directory.resolve("bus.sock"));

        assertThat(second.exit()).as("%s", second).isEqualTo(2);
        assertThat(second.err()).contains(directory.resolve("bus.sock").toString());
        assertThat(house.qcmd("status").exit()).isZero();
    }

    @Test
    void aPortThatAnotherProgramHas_isNamed() throws IOException {
        Answer answer = bus("busy", "data: " + directory.resolve("busy"), "clients: 127.0.0.1:" + house.clientPort());

        assertThat(answer.exit()).as("%s", answer).isEqualTo(2);
        assertThat(answer.err())
                .contains("127.0.0.1:" + house.clientPort(), "in use")
                .doesNotContain("\tat ");
    }

    @Test
    void anUnknownKey_isRefused_andTheNearestIsNamed() throws IOException {
        Answer answer = bus("typo", "data: " + directory.resolve("typo"), "chanel_capacity: 4");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(2);
        assertThat(answer.err()).contains("chanel_capacity", "channel_capacity", "typo.yaml");
        assertThat(directory.resolve("typo")).doesNotExist();
    }

    @Test
    void anAddressThatOtherMachinesReach_isRefused_withoutTheKeyThatNamesTheDanger() throws IOException {
        Answer answer = bus("open", "data: " + directory.resolve("open"), "agents: 0.0.0.0:0");

        assertThat(answer.exit()).as("%s", answer).isEqualTo(2);
        assertThat(answer.err()).contains("agents", "0.0.0.0", "insecure_plaintext_on_every_network");
    }

    @Test
    void aClientOverTcp_isRefused() {
        try (Program status = house.start("--bus", "rsocket://127.0.0.1:" + house.clientPort(), "status")) {
            assertThat(status.exit(House.LIMIT)).as("%s", status).isEqualTo(5);
            assertThat(status.err()).contains("may not call", "Unix socket");
        }
    }

    @Test
    @Tag("A56")
    void anotherUser_isRefusedAtTheUnixSocket() throws IOException {
        assumeTrue(
                ProcessHandle.current().info().user().filter("root"::equals).isPresent(),
                "needs root to become another user");
        try (Program probe = asNobody("probe", "test", "-r", House.LAUNCHER.toString())) {
            assumeTrue(probe.exit(House.LIMIT) == 0, "nobody cannot read the launcher");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertIsForbidden("permission denied");

        // Whoever opens the file to all has not opened the bus: the kernel says who comes.
        Files.setPosixFilePermissions(directory.resolve("bus.sock"), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertIsForbidden("uid " + NOBODY);
    }

    private static void assertIsForbidden(String why) {
        try (Program status = asNobody("stranger", House.LAUNCHER.toString(), "status")) {
            assertThat(status.exit(House.LIMIT)).as("%s", status).isEqualTo(5);
            assertThat(status.err()).contains(why, "as root or as the user of the bus");
        }
    }

    private static Program asNobody(String name, String... words) {
        List<String> line = new ArrayList<>(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
        line.addAll(List.of(words));
        return Program.start(directory, name, Map.of("QCMD_BUS", house.url()), line);
    }

    /** A bus of these settings alone, which is expected to end; ports are any free ones. */
    private static Answer bus(String name, String... lines) throws IOException {
        List<String> settings = new ArrayList<>(List.of(lines));
        for (String port : List.of("agents", "clients")) {
            if (settings.stream().noneMatch(line -> line.startsWith(port))) {
                settings.add(port + ": 127.0.0.1:0");
            }
        }
        Path file = Files.write(directory.resolve(name + ".yaml"), settings);
        return house.qcmd("bus", "--config", file.toString());
    }
}
