package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of any containment, and what only a cgroup can do. Skipped where this host lets nobody make one. */
class CgroupKillTest extends RunnerKillTest {
    private static final CellLimits LIMITS = new CellLimits(4_096, 0);

    /** Of nobody else's sleep. */
    private static final String SECONDS = "61." + ProcessHandle.current().pid();

    /** Another session, no environment, no parent: nothing tells whose it is but its cgroup. */
    private static final String VANISH = "perl -e 'use POSIX; fork and exit; POSIX::setsid(); fork and exit;"
            + " exec {\"/usr/bin/env\"} \"env\", \"-i\", \"/bin/sleep\", \"" + SECONDS + "\"' &";

    /** Asks this host alone: a containment that cannot be opened where a shell can do this is a mistake of ours. */
    private static final String PROBE = """
            mounted=$(sed -n 's/^[^ ]* \\([^ ]*\\) cgroup2 .*/\\1/p' /proc/mounts | head -n 1)
            probe=$mounted$(sed -n s/^0:://p /proc/self/cgroup)/probe-$$
            [ -n "$mounted" ] && mkdir "$probe" && sh -c 'echo 0 >"$0/cgroup.procs"' "$probe"
            can=$?
            rmdir "$probe"
            exit $can
            """;

    @SuppressWarnings("NullAway.Init")
    private Path cells;

    @Override
    Containment containment() throws IOException {
        int can = new ProcessBuilder("sh", "-c", PROBE)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join()
                .exitValue();
        assumeThat(can).as("a cgroup2 that may be written").isZero();
        cells = own().resolve("qcmd-" + minion);
        return open(minion);
    }

    private static Containment open(String instance) throws IOException {
        return Cgroups.below(own(), instance, LIMITS);
    }

    private static Path own() throws IOException {
        return OwnCgroup.find(Path.of("/proc/self"));
    }

    @AfterEach
    @Override
    void stop() {
        super.stop();
        assertThat(cells).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep 60", "exit 7"})
    @Tag("F41")
    void holdsWhatLeftEveryOtherTrace(String then) {
        Run run = run(shell(VANISH + " sleep 0.3; " + then, 1_500));

        Return result = run.result();
        assertThat(result.state()).isIn(TargetState.TIMED_OUT, TargetState.FAILED);
        assertThat(result.leftover()).isEqualTo(result.state() == TargetState.FAILED ? 1 : 0);
        assertThat(vanished()).isEmpty();
    }

    @Test
    @Tag("F41")
    void isInItsCgroup_beforeItsFirstInstruction_andGone_afterItsLast() {
        Run run = run(Command.exec(List.of("cat", "/proc/self/cgroup")));

        run.result();
        assertThat(run.text()).containsPattern("0::/.*qcmd-" + minion + "/" + run.job);
        assertThat(cells.resolve(run.job.toString())).doesNotExist();
    }

    @Test
    void killsWhatIsInCgroupsOfItsOwn() {
        Run run = run(shell(
                "own=" + cells
                        + "/$QCMD_JOB; mkdir $own/a $own/a/b; sleep 60 & echo $! >$own/a/b/cgroup.procs; sleep 60",
                300));

        assertThat(run.result().state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(cells.resolve(run.job.toString())).doesNotExist();
    }

    @Test
    @Tag("F11")
    void killsWhatACrashedAgentLeft_byTheNameOfItsCgroup() throws IOException {
        JobId job = newJob();
        Containment former = open(minion);
        Process left = inside(former.open(job, false));

        assertThat(runner.killLeftovers(newJob(), 0, 0)).isZero();
        assertThat(left.isAlive()).isTrue();
        assertThat(runner.killLeftovers(job, 0, 0)).isEqualTo(1);
        assertThat(cells.resolve(job.toString())).doesNotExist();
    }

    @Test
    @Tag("F11")
    void sweeps_whatNoJournalKnows_butNotDaemons() throws IOException {
        Containment former = open(minion);
        Process left = inside(former.open(newJob(), false));
        JobId job = newJob();
        Process daemon = inside(former.open(job, true));

        open(minion).sweep();

        await().until(() -> !left.isAlive());
        assertThat(daemon.isAlive()).isTrue();
        assertThat(new Cgroup(cells).children()).hasSize(1);
        assertThat(runner.killLeftovers(job, 0, 0)).isEqualTo(1);
    }

    @Test
    void leavesOtherAgentsAlone() throws IOException {
        JobId job = newJob();
        Containment other = open("other-" + minion);
        try (Containment.Cell cell = other.open(job, false)) {
            Process process = inside(cell);

            open(minion).sweep();
            assertThat(runner.killLeftovers(job, 0, 0)).isZero();

            assertThat(process.isAlive()).isTrue();
            assertThat(cell.kill()).isTrue();
            await().until(() -> cell.pids().isEmpty());
        }
        other.close();
        assertThat(own().resolve("qcmd-other-" + minion)).doesNotExist();
    }

    @Test
    void runsNothing_outsideOfACgroup() throws IOException {
        JobId job = newJob();
        Path marker = directory.resolve("marker");
        Files.createDirectory(cells.resolve(job.toString()));

        Return result =
                run(new Message(job, Command.shell("echo ran > " + marker))).result();

        assertThat(result.state()).isEqualTo(TargetState.REJECTED);
        assertThat(result.reason()).startsWith("spawn: cgroup ");
        assertThat(marker).doesNotExist();
    }

    private static List<String> vanished() {
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.endsWith(" " + SECONDS))
                .toList();
    }

    /** A process as VANISH leaves it. */
    private static Process inside(Containment.Cell cell) throws IOException {
        String line = "echo 0 >" + cell.door().orElseThrow() + "; exec env -i sleep 60";
        Process process = new ProcessBuilder("setsid", "/bin/sh", "-c", line).start();
        await().until(() -> cell.pids().contains(process.pid()));
        return process;
    }
}
