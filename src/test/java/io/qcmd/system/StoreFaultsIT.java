package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qcmd.client.Job;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import io.qcmd.system.House.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bus whose disk is full, whose fsync fails, whose database another program holds. */
@Timeout(300)
class StoreFaultsIT {
    private static final String MOUNT = "mount -t tmpfs -o size=24m,mode=0700 tmpfs \"$0\" && exec \"$@\"";
    /** The exit code of a bus whose store failed. */
    private static final int STORE_FAILED = 70;

    /** A machine that is busy with other things is no reason to refuse a job here. */
    private static final String PATIENT = "event_loop_lag_limit: 10s";

    @TempDir
    Path directory;

    @Test
    @Tag("F26")
    @Tag("F58")
    void aFullDisk_refusesNewJobs_keepsWhatRuns_andIsOverWithoutARestart() throws IOException {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        try (Program probe = onASmallDisk("probe", disk, "true")) {
            assumeTrue(probe.exit(House.LIMIT) == 0, () -> "needs a mount namespace of its own: " + probe.err());
        }
        try (House house = new House(directory)) {
            Path settings = Files.write(
                    directory.resolve("small.yaml"),
                    List.of(
                            "agents: 127.0.0.1:" + house.agentPort(),
                            "clients: 127.0.0.1:0",
                            "socket: " + directory.resolve("bus.sock"),
                            "data: " + disk.resolve("bus"),
                            PATIENT));
            try (Program bus =
                    onASmallDisk("small", disk, House.LAUNCHER.toString(), "bus", "--config", settings.toString())) {
                house.startAgent("web1");
                house.startAgent("web2");
                house.awaitUp("web1", "web2");
                Job running = runUntil(house, "go");

                Path ballast = Path.of("/proc/" + bus.pid() + "/root" + disk + "/ballast");
                fill(ballast);
                await().atMost(House.LIMIT).untilAsserted(() -> assertIsRefused(house, "full"));
                assertIsAnswered(house, "jobs", "ls");
                assertIsAnswered(house, "status");
                Answer unwritten = house.qcmd("cancel", "@last");
                assertThat(unwritten.exit())
                        .as("no cancel without its audit row: %s", unwritten)
                        .isEqualTo(6);
                house.agent("web2").kill();
                Program back = house.startAgent("web2", "ack_timeout: 100ms");
                await().atMost(House.LIMIT)
                        .untilAsserted(() -> assertThat(back.err().split("no session with the bus", -1))
                                .hasSizeGreaterThan(9));
                assertThat(House.answer(house.client().status()).pressure().storeQueue())
                        .as("its sessions leave nothing behind; the end of the one before waits")
                        .isLessThanOrEqualTo(1);
                Files.createFile(house.file("go"));
                Processes.awaitNoneOf(running.id());
                assertThat(House.answer(running.info()).counts().live()).isEqualTo(1);

                Files.delete(ballast);
                house.awaitUp("web2");
                assertEnded(running);
                assertThat(house.result(house.run("web1").shell("true")).state())
                        .isEqualTo(TargetState.SUCCEEDED);
                assertThat(bus.isAlive()).isTrue();
            }
        }
    }

    @Test
    @Tag("F28")
    void anFsyncThatFails_endsTheBus_beforeAnythingIsAnswered_andARestartRecovers() throws IOException {
        Path broken = directory.resolve("broken");
        Path shim = shim();
        try (House house = new House(directory)) {
            Program bus = house.startBus(
                    Map.of("LD_PRELOAD", shim.toString(), "QCMD_TEST_BROKEN", broken.toString()), PATIENT);
            house.startAgent("web1");
            house.awaitUp("web1");
            Job running = runUntil(house, "go");
            Path starts = house.file("starts");

            Files.createFile(broken);
            try (Program run = house.start("run", "web1", "--", "echo x >> " + starts)) {
                assertThat(bus.exit(House.LIMIT)).as("%s", bus).isEqualTo(STORE_FAILED);
                assertThat(run.out()).isEmpty();
                assertThat(starts).doesNotExist();
                Files.delete(broken);
                Files.createFile(house.file("go"));
                house.startBus(PATIENT);
                house.awaitUp("web1");
                run.exit(House.LIMIT);
            }

            assertEnded(running);
            assertThat(Files.exists(starts) ? Files.readAllLines(starts) : List.of())
                    .hasSizeLessThanOrEqualTo(1);
            Answer check = house.qcmd(
                    "bus", "check", "--config", directory.resolve("bus.yaml").toString());
            assertThat(check.exit()).as("%s", check).isZero();
        }
    }

    @Test
    @Tag("F29")
    void aDatabaseThatAnotherProgramHolds_refusesSubmits_keepsWhatRuns_andIsOverWhenItLetsGo()
            throws IOException, SQLException {
        try (House house = new House(directory)) {
            house.startBus(PATIENT);
            house.startAgent("web1");
            house.awaitUp("web1");
            Job running = runUntil(house, "go");

            try (Connection other = DriverManager.getConnection(
                            "jdbc:sqlite:" + house.file("bus").resolve("qcmd.db"));
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertIsRefused(house, "locked");
                assertIsAnswered(house, "jobs", "ls");
                Files.createFile(house.file("go"));
                Processes.awaitNoneOf(running.id());
                assertThat(House.answer(running.info()).counts().live()).isEqualTo(1);
                statement.execute("ROLLBACK");
            }

            assertEnded(running);
            assertThat(house.result(house.run("web1").shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
        }
    }

    /** A command that runs until this file is there. */
    private static Job runUntil(House house, String file) {
        StartedJob job = House.answer(house.run("web1")
                .shell("echo here; while [ ! -e " + house.file(file) + " ]; do sleep 0.05; done; echo there")
                .start());
        house.awaitOutput(job);
        return job;
    }

    private static void assertEnded(Job job) {
        assertThat(House.answer(job.results().single()))
                .isInstanceOfSatisfying(
                        TargetResult.Succeeded.class,
                        end -> assertThat(end.output().stdout().utf8()).isEqualTo("here\nthere\n"));
    }

    private static void assertIsAnswered(House house, String... words) {
        Answer answer = house.qcmd(words);
        assertThat(answer.exit()).as("%s", answer).isZero();
    }

    private static void assertIsRefused(House house, String why) {
        Answer refused = house.qcmd("run", "web1", "--detach", "--", "true");
        assertThat(refused.exit()).as("%s", refused).isEqualTo(6);
        assertThat(refused.err()).contains("store", why);
    }

    private Program onASmallDisk(String name, Path disk, String... words) {
        List<String> line = new ArrayList<>(List.of("unshare", "-m", "sh", "-c", MOUNT, disk.toString()));
        line.addAll(List.of(words));
        return Program.start(directory, name, Map.of(), line);
    }

    private static void fill(Path ballast) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            for (byte[] piece = new byte[4_096]; ; ) {
                out.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    /** A library that makes fsync and fdatasync fail while a file is there. */
    private Path shim() throws IOException {
        return Shim.of(directory, """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <errno.h>
                #include <stdlib.h>
                #include <unistd.h>
                typedef int sync_t(int);
                static int sync_unless_broken(const char *name, int fd) {
                    const char *broken = getenv("QCMD_TEST_BROKEN");
                    if (broken && access(broken, F_OK) == 0) {
                        errno = EIO;
                        return -1;
                    }
                    return ((sync_t *) dlsym(RTLD_NEXT, name))(fd);
                }
                int fsync(int fd) { return sync_unless_broken("fsync", fd); }
                int fdatasync(int fd) { return sync_unless_broken("fdatasync", fd); }
                """);
    }
}
