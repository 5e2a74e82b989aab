package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.Job;
import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that are hard on their agent, with its 32 MiB of heap: one holds them with cgroups, where this host has them, the other one without.
 */
@Timeout(300)
class StressIT {
    private static final String HELD = "held";
    private static final String LOOSE = "loose";

    /** Another session, no environment, no parent, and a time to sleep that nobody else has. */
    private static final String SECONDS = "62." + ProcessHandle.current().pid();

    private static final String VANISH = "perl -e 'use POSIX; fork and exit; POSIX::setsid(); fork and exit;"
            + " exec {\"/usr/bin/env\"} \"env\", \"-i\", \"/bin/sleep\", \"" + SECONDS + "\"' &";

    /** Doubles until it hits a limit, and then tries on; one of a shell would end by itself there. */
    private static final String BOMB = "exec perl -e 'while (1) { defined fork or select undef, undef, undef, 0.1 }'";

    private static final int FEW = 100;

    /** At its peak, above what it had before. */
    private static final long MOST_GROWTH_KILOBYTES = 16 * 1_024;

    @TempDir
    static Path directory;

    private static House house;
    private static Program held;
    private static Program loose;

    @BeforeAll
    @Timeout(120)
    static void open() {
        house = new House(directory);
        house.startBus();
        held = house.startAgent(HELD, "kill_grace: 1s", "command_pids: " + FEW);
        loose = house.startAgent(LOOSE, "kill_grace: 1s", "cgroup: off");
        house.awaitUp(HELD, LOOSE);
    }

    @AfterAll
    @Timeout(120)
    static void close() throws IOException {
        house.close();
        assertThat(Processes.cgroupsOf(house.agentData(HELD))).isEmpty();
        assertThat(Processes.cgroupsOf(house.agentData(LOOSE))).isEmpty();
    }

    @Test
    void show_tellsWhatHoldsTheCommands() {
        assertThat(house.qcmd("minions", "show", LOOSE).out()).contains("containment=process group: cgroup is off");
        assertThat(house.qcmd("minions", "show", HELD).out())
                .containsPattern("containment=(cgroup2|process group: no )");
    }

    @ParameterizedTest
    @ValueSource(strings = {HELD, LOOSE})
    @Tag("F40")
    void whatIgnoresTerm_isKilledAfterTheGrace(String minion) {
        TargetResult result = end(minion, 1, "trap '' TERM; echo here; while :; do sleep 0.2; done");

        assertThat(result).isInstanceOf(TargetResult.TimedOut.class);
        assertThat(result.reason()).contains("ignored TERM for 1000 ms, then KILL");
        assertThat(result.output().stdout().utf8()).isEqualTo("here\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep 300", "exit 7"})
    @Tag("F41")
    void whatLeavesNoTrace_isHeldByItsCgroup(String then) throws IOException {
        assertIsHeldByCgroups(HELD);

        TargetResult result = end(HELD, 3, VANISH + " sleep 0.5; " + then);

        assertThat(result.state()).isIn(TargetState.TIMED_OUT, TargetState.FAILED);
        assertThat(vanished()).isEmpty();
    }

    @Test
    @Tag("F11")
    @Tag("F12")
    void whatLeavesNoTrace_andItsAgentDies_isFoundByTheNextOne() throws IOException {
        Program agent = house.startAgent("mortal");
        house.awaitUp("mortal");
        assertIsHeldByCgroups("mortal");
        StartedJob job = start(run("mortal", 60, VANISH + " sleep 0.5; echo here; sleep 300"));
        house.awaitOutput(job);
        agent.kill();
        assertThat(vanished()).hasSize(1);
        house.awaitDown("mortal");

        house.startAgent("mortal");

        assertThat(end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        await().atMost(House.LIMIT).until(() -> vanished().isEmpty());
        house.stopAgent("mortal");
        assertThat(Processes.cgroupsOf(house.agentData("mortal"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {HELD, LOOSE})
    @Tag("F42")
    void aForkBomb_isStoppedByALimit_andTheAgentAnswersMeanwhile(String minion) {
        boolean limited = containment(minion).contains("pids=");
        assumeThat(limited || HostUser.canSwitch())
                .as("neither a pids controller nor root, for the limit of another user's processes")
                .isTrue();
        RunSpec bomb = house.run(minion).timeout(Duration.ofSeconds(5));
        bomb = limited
                ? bomb.shell(BOMB)
                : bomb.user("nobody").exec("prlimit", "--nproc=" + FEW, "/bin/sh", "-c", BOMB);

        StartedJob job = start(bomb);
        await().atMost(House.LIMIT)
                .until(() ->
                        Processes.mentioning("QCMD_JOB=" + job.accepted().job()).size() > FEW / 4);
        List<PingPage.Pong> pongs = House.answer(house.client()
                .minions()
                .ping(new Target(minion), Duration.ofSeconds(20))
                .collectList());

        assertThat(pongs).singleElement().matches(pong -> pong.micros() >= 0);
        assertThat(end(job).state()).isEqualTo(TargetState.TIMED_OUT);
        Processes.awaitNoneOf(job.accepted().job());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "head -c 1000000000 /dev/zero",
                "yes | head -c 1000000000",
                "yes 0123456789 | head -n 90909091 | head -c 1000000000"
            })
    @Tag("F43")
    void aGigabyteOfOutput_isCountedToTheByte_onLittleDiskAndHeap(String line, TestReporter reporter)
            throws IOException {
        Path go = house.file("go-" + line.hashCode());
        Path done = house.file("done-" + line.hashCode());
        Processes.forgetPeak(held.pid());
        long before = Processes.residentKilobytes(held.pid());
        long began = System.nanoTime();
        StartedJob job = start(
                run(HELD, 240, line + "; touch " + done + "; while [ ! -e " + go + " ]; do sleep 0.1; done; exit 9"));
        await().atMost(Duration.ofMinutes(4)).until(() -> Files.exists(done));
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        long spooled =
                bytesIn(house.agentData(HELD).resolve("jobs/" + job.accepted().job()));
        Files.createFile(go);

        TargetResult result = end(job);
        assertThat(result)
                .isInstanceOfSatisfying(
                        TargetResult.Failed.class,
                        failed -> assertThat(failed.exitCode()).isEqualTo(9));
        assertThat(result.output().stdoutBytes()).isEqualTo(1_000_000_000);
        assertThat(result.output().truncated()).isTrue();
        assertThat(spooled).isLessThan(1_100_000);
        assertThat(held.isAlive()).isTrue();
        // Its upload is over, too.
        long most = Processes.peakKilobytes(held.pid());
        assertThat(most).isLessThan(before + MOST_GROWTH_KILOBYTES);
        reporter.publishEntry(
                line,
                "1 GB in " + millis + " ms, on disk " + spooled + " bytes, RSS of the agent before " + before
                        + " and at most " + most + " KiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {HELD, LOOSE})
    @Tag("F43")
    @Tag("F46")
    void endlessOutput_endsAtItsTimeout(String minion) {
        StartedJob job = start(run(minion, 2, "yes & yes >&2"));

        TargetResult result = end(job);
        assertThat(result.state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(result.output().truncated()).isTrue();
        assertThat(result.output().stdoutBytes()).isPositive();
        assertThat(result.output().stderrBytes()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while :; do sleep 0.1; done",
                "sleep 300",
                "trap 'exit 0' TERM; while :; do sleep 0.1; done",
                "trap '' TERM; sleep 1.5; exit 0"
            })
    @Tag("F46")
    void whatRunsIntoItsTimeout_hasOneEnd_whateverItSaysThen(String line) {
        StartedJob job = start(run(HELD, 1, line));

        assertThat(end(job).state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(House.answer(job.info()).counts().of(TargetState.TIMED_OUT)).isEqualTo(1);
        assertThat(House.answer(job.info()).counts().live()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {HELD, LOOSE})
    @Tag("F45")
    void oddUseOfItsStreams_isNoTrouble(String minion) {
        assertThat(end(minion, 60, "exec >&- 2>&-; sleep 0.2; exit 4"))
                .isInstanceOfSatisfying(
                        TargetResult.Failed.class,
                        end -> assertThat(end.exitCode()).isEqualTo(4));
        TargetResult err = end(minion, 60, "echo only >&2");
        assertThat(err.output().stdoutBytes()).isZero();
        assertThat(err.output().stderr().utf8()).isEqualTo("only\n");
        assertThat(end(minion, 60, "cat; read nothing || echo end")
                        .output()
                        .stdout()
                        .utf8())
                .isEqualTo("end\n");
    }

    @Test
    @Tag("F48")
    void whatIsTooLongForTheKernel_isRejected_andWasNotExecuted() throws Exception {
        // The kernel gives the words of a program a quarter of the stack, but not less than 128 KiB.
        Process prlimit = new ProcessBuilder("prlimit", "--pid=" + loose.pid(), "--stack=262144:").start();
        assumeThat(prlimit.waitFor()).as("prlimit").isZero();
        RunSpec run = house.run(LOOSE)
                .exec("touch", house.file("too-long").toString(), "x".repeat(60_000), "y".repeat(60_000));
        for (int i = 0; i < 15; i++) {
            run = run.env("LONG" + i, "z".repeat(4_000));
        }

        TargetResult result = house.result(run);

        assertThat(result.state()).isEqualTo(TargetState.REJECTED);
        assertThat(result.executed()).isEqualTo(Executed.NO);
        assertThat(result.reason()).startsWith("spawn: ").contains("Argument list too long");
        assertThat(house.file("too-long")).doesNotExist();
    }

    private static void assertIsHeldByCgroups(String minion) throws IOException {
        assumeThat(Processes.canHaveCgroups()).as("needs cgroups").isTrue();
        assertThat(containment(minion)).startsWith("cgroup2");
    }

    private static String containment(String minion) {
        return house.minion(minion).facts().getOrDefault("containment", "");
    }

    private static RunSpec run(String minion, int timeoutSeconds, String line) {
        return house.run(minion).shell(line).timeout(Duration.ofSeconds(timeoutSeconds));
    }

    private static StartedJob start(RunSpec run) {
        return House.answer(run.start());
    }

    private static TargetResult end(String minion, int timeoutSeconds, String line) {
        return house.result(run(minion, timeoutSeconds, line));
    }

    private static TargetResult end(Job job) {
        return House.answer(job.results().single());
    }

    private static List<String> vanished() {
        return Processes.mentioning("sleep " + SECONDS);
    }

    private static long bytesIn(Path files) throws IOException {
        try (Stream<Path> all = Files.list(files)) {
            return all.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
