package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Profiles and the doctor, as a user meets them. */
@Timeout(180)
class ProfileIT {
    @TempDir
    private Path directory;

    @Test
    void theDoctorSaysWhatIsWrong_fromHereToTheMinions() {
        try (House house = new House(directory)) {
            Program bus = house.startBus();
            house.startAgent("web1");
            house.startAgent("web2");
            house.awaitUp("web1", "web2");

            House.Answer well = house.qcmd("doctor");
            assertThat(well.exit()).as("%s", well).isZero();
            assertThat(well.out())
                    .contains("✓ socket   " + directory.resolve("bus.sock"))
                    .contains("✓ bus      ", " at " + house.url() + " (from QCMD_BUS)\n")
                    .contains("✓ clock    the bus is ")
                    .contains("✓ minions  2 minions known, 2 up\n");

            house.stopAgent("web2");
            house.awaitDown("web2");
            House.Answer down = house.qcmd("doctor");
            assertThat(down.exit()).as("%s", down).isZero();
            assertThat(down.out())
                    .contains(
                            "! minions  2 minions known, 1 up, down: web2\n             fix: systemctl status qcmd-agent");

            bus.kill();
            House.Answer away = house.qcmd("doctor");
            assertThat(away.exit()).as("%s", away).isEqualTo(6);
            assertThat(away.out()).contains("✗ bus      cannot reach the bus at " + house.url());
        }
    }

    @Test
    void aProfileNamesTheBus_andWhatItDoesNotNameIsAnError() {
        try (House house = new House(directory)) {
            house.startBus();
            house.awaitBus();
            String nowhere = "rsocket://127.0.0.1:" + House.freePort();
            assertThat(house.qcmd("profile", "add", "here", "--bus", house.url())
                            .exit())
                    .isZero();
            assertThat(house.qcmd("profile", "add", "nowhere", "--bus", nowhere).exit())
                    .isZero();

            assertThat(house.qcmd("-p", "here", "status").exit()).isZero();
            House.Answer away = house.qcmd("-p", "nowhere", "status");
            assertThat(away.exit()).isEqualTo(6);
            assertThat(away.err().lines())
                    .hasSize(3)
                    .startsWith(
                            "qcmd: cannot reach the bus at " + nowhere + " (connection refused)",
                            "  profile 'nowhere' from " + directory.resolve("xdg/qcmd/config.yaml"));
            House.Answer wrong = house.qcmd("-p", "hree", "status");
            assertThat(wrong.exit()).isEqualTo(2);
            assertThat(wrong.err()).contains("did you mean here?");
        }
    }
}
