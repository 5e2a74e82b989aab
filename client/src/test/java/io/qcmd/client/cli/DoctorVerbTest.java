package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class DoctorVerbTest {
    private static final String URL = "rsocket://bus1:7506";

    @TempDir
    private Path home;

    private Typist typist;

    DoctorVerbTest() {
        typist = new Typist(Path.of("/"));
    }

    @BeforeEach
    void sitDown() {
        typist = new Typist(home);
        typist.environment.put("PATH", "/usr/bin:/bin");
        typist.client.status = Mono.just(status(1_000_000, 3, 3, 0));
    }

    @Test
    void findsNothing_whenAllIsWell() {
        assertThat(typist.type("--bus", URL, "doctor")).isZero();
        assertThat(typist.out)
                .contains("✓ java     " + System.getProperty("java.version"))
                .contains("✓ config   no profiles\n")
                .contains("✓ bus      " + Version.CURRENT + " at " + URL + " (from --bus)\n")
                .contains("✓ clock    the bus is +0 ms ahead of this host, ± 1 ms\n")
                .contains("✓ minions  3 minions known, 3 up\n")
                .doesNotContain("✗");
    }

    @Test
    void tellsWhoIsDown_andThatAClockIsWrong_andEndsWith0() {
        typist.client.status = Mono.just(status(1_005_000, 20, 11, 2));
        typist.client.minions = Flux.fromStream(IntStream.rangeClosed(1, 7)
                .mapToObj(i -> new MinionId("web" + i))
                .map(DoctorVerbTest::down));
        assertThat(typist.type("--bus", URL, "doctor")).isZero();
        assertThat(typist.out).contains("""
                ! clock    the bus is +5,000 ms ahead of this host, ± 1 ms
                             fix: timedatectl set-ntp true, on the host whose clock is wrong
                ! minions  20 minions known, 11 up, 2 uncontrollable, down: web1 web2 web3 web4 web5 and 2 more
                             fix: systemctl status qcmd-agent, on these hosts
                """);
        typist.client.status = Mono.just(status(1_000_000, 3, 2, 1));
        assertThat(typist.type("--bus", URL, "doctor")).isZero();
        assertThat(typist.out).contains("fix: qcmd minions ls --state uncontrollable\n");
    }

    @Test
    void endsWith6_andSaysWhatToDo_whenTheBusIsAway() throws IOException {
        typist.client.status = Mono.error(new QcmdException(ErrorCode.UNREACHABLE, "cannot reach the bus"));
        assertThat(typist.type("--bus", "rsocket+unix:" + home + "/bus.sock", "doctor", "-o", "json"))
                .isEqualTo(6);
        JsonNode said = new ObjectMapper().readTree(typist.out);
        assertThat(said.get("exit").intValue()).isEqualTo(6);
        JsonNode bus = said.get("checks").get(4);
        assertThat(bus.get("check").textValue()).isEqualTo("bus");
        assertThat(bus.get("grade").textValue()).isEqualTo("problem");
        assertThat(bus.get("text").textValue()).isEqualTo("cannot reach the bus, from --bus");
        assertThat(bus.get("fix").textValue()).contains("qcmd demo");
        assertThat(said.get("checks").get(3).get("text").textValue()).isEqualTo("there is no " + home + "/bus.sock");
    }

    /** The names are API; what the checks say is for people. */
    @Test
    void promisesItsJson() throws IOException {
        typist.client.status = Mono.just(status(1_005_000, 3, 2, 1));
        typist.environment.put("PATH", home.toString());
        assertThat(typist.type("--bus", URL, "doctor", "-o", "json")).isZero();
        String document = typist.out;
        assertThat(typist.type("--bus", URL, "doctor", "-o", "jsonl")).isZero();
        Golden.assertSame("doctor", (document + typist.out).replaceAll("\"(text|fix)\":\"[^\"]+\"", "\"$1\":\"...\""));
    }

    @Test
    void endsWith1_andAsksNoBus_whenTheProfilesAreBroken() throws IOException {
        typist.type("profile", "add", "prod");
        Path file = home.resolve(".config/qcmd/config.yaml");
        Files.writeString(file, "curent: prod\n");
        assertThat(typist.type("doctor", "-o", "jsonl")).isEqualTo(1);
        assertThat(typist.out.lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("{\"type\":\"check\",\"check\":\"config\",\"grade\":\"problem\"")
                        && line.endsWith("\"fix\":\"did you mean current?\"}"));
        assertThat(typist.bus).isEmpty();
    }

    @Test
    void warns_whenOthersMayReadTheProfiles_orToolsAreMissing() throws IOException {
        typist.type("profile", "add", "default", "--bus", URL);
        Path file = home.resolve(".config/qcmd/config.yaml");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        typist.environment.put("PATH", home.toString());
        assertThat(typist.type("doctor")).isZero();
        assertThat(typist.out)
                .contains("! config   ~/.config/qcmd/config.yaml, profile 'default' by its name; others may read it\n")
                .contains("fix: chmod 600 " + file)
                .contains("! agent    no setsid");
    }

    @Test
    void findsCgroupsWhereverTheyAreMounted() throws IOException {
        Path mounts = Files.writeString(home.resolve("mountinfo"), """
                31 23 0:27 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
                40 31 0:37 / /sys/fs/cgroup/memory rw shared:15 - cgroup cgroup rw,memory
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """);
        assertThat(HostChecks.containment(true, mounts))
                .isEqualTo(Finding.ok("agent", "an agent here has setsid, and cgroup v2 at /sys/fs/cgroup/unified"));
        Files.writeString(mounts, "40 31 0:37 / /sys/fs/cgroup/memory rw shared:15 - cgroup cgroup rw,memory\n");
        assertThat(HostChecks.containment(true, mounts).text()).startsWith("no cgroup v2");
        assertThat(HostChecks.containment(true, home.resolve("none")).text()).startsWith("no cgroup v2");
    }

    private static BusStatus status(long now, int known, int up, int uncontrollable) {
        return new BusStatus(
                Version.CURRENT,
                "d",
                1,
                now,
                "memory",
                known,
                up,
                uncontrollable,
                0,
                0,
                0,
                0,
                0,
                new BusStatus.Pressure(0, 0, 1, 0, 1, 0, 0),
                BusStatus.Callbacks.NONE);
    }

    private static MinionInfo down(MinionId id) {
        return new MinionInfo(
                id,
                MinionInfo.Presence.DOWN,
                null,
                1,
                1,
                1,
                "0.1.0",
                Map.of(),
                Map.of(),
                Labels.NONE,
                null,
                0,
                new MinionInfo.ChannelInfo(0, 256, null, 0, 0));
    }
}
