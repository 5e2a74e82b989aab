package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.Job;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of the bus and of agents, and a start on the old data: every job is still there, tells the truth, and ran at most once. */
@Timeout(120)
class CrashIT {
    @TempDir
    static Path directory;

    private static House house;
    private static Program bus;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        bus = house.startBus();
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        house.close();
    }

    @Test
    void aCommandThatRunsWhileTheBusDies_isShownToItsEndByWhoeverWatchesIt() throws IOException {
        house.startAgent("steady");
        house.awaitUp("steady");
        Path go = house.file("go-steady");
        Path starts = house.file("starts-steady");
        String line = "echo here; echo x >> " + starts + "; while [ ! -e " + go + " ]; do sleep 0.1; done; echo there";

        try (Program run = house.start("run", "steady", "--", line)) {
            await().atMost(House.LIMIT).until(() -> run.out().equals("steady: here\n"));
            restartBus();
            // The agent comes back by itself, and tells by its journal that the command runs.
            house.awaitUp("steady");
            assertThat(house.newestJob().counts().live()).isEqualTo(1);
            Files.createFile(go);
            assertThat(run.exit(House.LIMIT)).as("%s", run).isZero();
            assertThat(run.out()).isEqualTo("steady: here\nsteady: there\n");
        }
        assertThat(house.newestJob().status()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(Files.readAllLines(starts)).hasSize(1);
    }

    @Test
    void aResultThatComesWhileTheBusIsDown_isThereWhenItIsBack() {
        house.startAgent("busy");
        house.awaitUp("busy");
        StartedJob job = start(
                "busy", "echo here; while [ ! -e " + house.file("gone") + " ]; do sleep 0.05; done; echo over; exit 4");
        house.awaitOutput(job);

        bus.kill();
        touch("gone");
        Processes.awaitNoneOf(job.accepted().job());
        bus = house.startBus();
        house.awaitBus();

        assertThat(end(job)).isInstanceOfSatisfying(TargetResult.Failed.class, end -> {
            assertThat(end.exitCode()).isEqualTo(4);
            assertThat(end.output().stdout().utf8()).isEqualTo("here\nover\n");
        });
    }

    @Test
    @Tag("F03")
    void aJobThatWaitsWhileTheBusDies_isStillThere_andRunsOnce() throws IOException {
        house.startAgent("later");
        house.awaitUp("later");
        house.stopAgent("later");
        StartedJob job = House.answer(house.run("later")
                .shell("echo x >> " + house.file("starts-later"))
                .expire(Duration.ofMinutes(2))
                .start());

        restartBus();
        assertThat(House.answer(job.info()).counts().of(TargetState.QUEUED)).isEqualTo(1);
        assertThat(house.minion("later").presence()).isEqualTo(Presence.DOWN);
        house.startAgent("later");

        assertThat(end(job).state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(Files.readAllLines(house.file("starts-later"))).hasSize(1);
    }

    @Test
    void aJobForAMinionThatIsGoneSinceAnEarlierCrash_cannotHaveStarted_andExpires() {
        Program gone = house.startAgent("gone");
        house.awaitUp("gone");
        bus.kill();
        gone.kill();
        bus = house.startBus();
        house.awaitBus();
        StartedJob job = House.answer(house.run("gone")
                .shell("true")
                .timeout(Duration.ofSeconds(1))
                .expire(Duration.ofSeconds(1))
                .start());

        restartBus();

        TargetResult end = end(job);
        assertThat(end.state()).isEqualTo(TargetState.EXPIRED);
        assertThat(end.executed()).isEqualTo(Executed.NO);
        assertThat(end.reason()).isEqualTo("the minion had no session");
    }

    @Test
    @Tag("F11")
    void aCommandWhoseAgentDiesRightAfterItsStart_isInterrupted_andNothingOfItIsLeft() throws IOException {
        Program agent = house.startAgent("short");
        house.awaitUp("short");
        Path starts = house.file("starts-short");
        StartedJob job = start("short", "echo x >> " + starts + "; sleep 300 & sleep 301");
        await().atMost(House.LIMIT).pollInterval(Duration.ofMillis(1)).until(() -> Files.exists(starts));
        agent.kill();

        assertIsInterrupted("short", job);
        assertThat(Files.readAllLines(starts)).hasSize(1);
    }

    @Test
    @Tag("F12")
    void aCommandWhoseAgentDiesWhileItRuns_isInterrupted_andNothingOfItIsLeft() throws IOException {
        Program agent = house.startAgent("fragile");
        house.awaitUp("fragile");
        Path starts = house.file("starts-fragile");
        StartedJob job = start("fragile", "echo x >> " + starts + "; echo here; setsid sleep 300 & sleep 301");
        house.awaitOutput(job);
        agent.kill();

        assertIsInterrupted("fragile", job);
        assertThat(House.answer(job.output().single()).bytes().utf8()).isEqualTo("here\n");
        assertThat(Files.readAllLines(starts)).hasSize(1);
    }

    @Test
    @Tag("F18")
    void aCommandWhoseAgentFreezesWhileItRuns_hasOneTrueEnd_andRanOnce() throws IOException {
        Program agent = house.startAgent("sleepy");
        house.awaitUp("sleepy");
        Path starts = house.file("starts-sleepy");
        StartedJob job = start(
                "sleepy",
                "echo x >> " + starts + "; echo here; while [ ! -e " + house.file("woken") + " ]; do sleep 0.05; done");
        house.awaitOutput(job);
        agent.freeze();
        touch("woken");
        Processes.awaitNoneOf(job.accepted().job());
        // An agent that goes on had told of the end by now.
        House.pass(Duration.ofSeconds(1));
        assertThat(House.answer(job.info()).counts().live()).isEqualTo(1);
        agent.thaw();

        assertThat(end(job).state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(Files.readAllLines(starts)).hasSize(1);
    }

    /** The processes outlive their agent, until it is back: then its journal says what they are. */
    private static void assertIsInterrupted(String minion, StartedJob job) {
        house.awaitDown(minion);
        assertThat(Processes.mentioning("QCMD_JOB=" + job.accepted().job())).isNotEmpty();
        assertThat(House.answer(job.info()).counts().live()).isEqualTo(1);

        house.startAgent(minion);
        TargetResult end = end(job);
        assertThat(end.state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(end.executed()).isEqualTo(Executed.UNKNOWN);
        Processes.awaitNoneOf(job.accepted().job());
        assertThat(house.result(house.run(minion).shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
    }

    private static void restartBus() {
        bus.kill();
        bus = house.startBus();
        house.awaitBus();
    }

    private static StartedJob start(String minion, String line) {
        return House.answer(house.run(minion).shell(line).start());
    }

    private static TargetResult end(Job job) {
        return House.answer(job.results().single());
    }

    private static void touch(String marker) {
        try {
            Files.createFile(house.file(marker));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
