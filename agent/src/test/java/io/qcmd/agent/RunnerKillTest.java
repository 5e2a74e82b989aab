package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timeout, cancel and what outlives a command: one end each, and no process left. */
class RunnerKillTest extends RunnerFixture {
    @Test
    void killsTheWholeTree_overItsTimeout_andKeepsTheOutputSoFar() {
        Run run = run(shell("echo so far; sleep 60 & sleep 60", 300));

        Return result = run.result();
        assertThat(result.state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(result.exitCode()).isEqualTo(128 + 15);
        assertThat(result.reason()).isEqualTo("over its timeout of 300 ms");
        assertThat(result.durationMillis()).isBetween(300L, 5_000L);
        assertThat(run.text()).isEqualTo("so far\n");
        assertThat(processes()).isEmpty();
    }

    @Test
    @Tag("F40")
    void killsAfterTheGrace_whatIgnoresTerm() {
        Run run = run(shell("trap '' TERM; echo ready; while :; do sleep 1; done", 400));

        Return result = run.result();
        assertThat(result.state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(result.exitCode()).isEqualTo(128 + 9);
        assertThat(result.reason()).contains("ignored TERM for 300 ms, then KILL");
        assertThat(processes()).isEmpty();
    }

    @Test
    void killsAfterTheTimeThatACancelTells_alsoWhenASecondOneTellsLess() {
        runner.close();
        runner = newRunner(Duration.ofMinutes(1));
        Run run = run(Command.shell("trap '' TERM; echo ready; while :; do sleep 0.1; done"));
        run.says("ready");

        run.cancel();
        run.cancel(Duration.ofSeconds(50));
        run.cancel(Duration.ofMillis(300));
        run.cancel(Duration.ofSeconds(50));

        assertThat(run.result().state()).isEqualTo(TargetState.TERMINATED);
        assertThat(run.result().reason()).isEqualTo("cancelled; ignored TERM for 300 ms, then KILL");
        assertThat(processes()).isEmpty();
    }

    @Test
    void killsAtOnce_whenACancelLeavesNoTime() {
        runner.close();
        runner = newRunner(Duration.ofMinutes(1));
        Path marker = directory.resolve("heard");
        Run run = run(Command.shell("trap 'echo TERM > " + marker + "' TERM; echo ready; while :; do sleep 0.1; done"));
        run.says("ready");

        run.cancel(Duration.ZERO);

        assertThat(run.result().state()).isEqualTo(TargetState.TERMINATED);
        assertThat(run.result().exitCode()).isEqualTo(128 + 9);
        assertThat(run.result().reason()).isEqualTo("cancelled; KILL at once");
        assertThat(marker).doesNotExist();
    }

    @Test
    void aCancelNeverLeavesMoreThanTheGrace() {
        Run run = run(Command.shell("trap '' TERM; echo ready; while :; do sleep 0.1; done"));
        run.says("ready");

        run.cancel(Duration.ofMinutes(10));

        assertThat(run.result().reason()).contains("ignored TERM for 300 ms, then KILL");
    }

    @Test
    void leavesTheGraceToAChild_thatCleansUp() {
        runner.close();
        runner = newRunner(Duration.ofSeconds(10));
        Path marker = directory.resolve("cleaned");

        Run run = run(Command.shell("(trap 'sleep 0.2; echo done > " + marker
                + "; exit 0' TERM; echo ready; while :; do sleep 0.05; done) & exec sleep 60"));
        run.says("ready");
        run.cancel();

        assertThat(run.result().state()).isEqualTo(TargetState.TERMINATED);
        assertThat(marker).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(sleep 60 &)",
                "setsid sleep 60 &",
                "nohup sleep 60 &",
                "(setsid sh -c 'setsid sleep 60 & setsid sleep 60 & sleep 60' &)",
                "env -i sleep 60 &",
                "env -i setsid sleep 60 &",
                "trap '' TERM HUP; (setsid sleep 60 &)"
            })
    @Tag("F41")
    void findsWhatForkedAway(String escape) throws IOException {
        Run run = run(shell(escape + "\n echo ready; sleep 60", 400));

        assertThat(run.result().state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(run.text()).isEqualTo("ready\n");
        assertThat(sleepers(run)).isEmpty();
        assertThat(processes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sleep 60 &", "(setsid sleep 60 &)", "nohup sleep 60 >/dev/null 2>&1 &", "yes & yes >&2 &"})
    @Tag("F41")
    void isNotDelayed_byWhatOutlivesIt_andKillsThat(String leftover) {
        long began = System.nanoTime();
        Run run = run(Command.shell("echo said; " + leftover + "\n exit 7"));

        Return result = run.result();
        assertThat(result.state()).isEqualTo(TargetState.FAILED);
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.leftover()).isPositive();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        assertThat(run.text()).startsWith("said\n");
        assertThat(processes()).isEmpty();
    }

    @Test
    void keepsTheLastWords_ofWhatOutlivesItShortly() {
        Run run = run(Command.shell("(for i in 1 2 3 4; do sleep 0.05; echo $i; done) & exit 0"));

        run.result();
        assertThat(run.text()).isEqualTo("1\n2\n3\n4\n");
    }

    @Test
    void leavesADaemonAlone_whenAllowed() {
        Run run = run(Command.shell("nohup sleep 60 & exit 0").withAllowDaemon(true));

        assertThat(run.result().state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(run.result().leftover()).isZero();
        assertThat(processes()).hasSize(1);
        assertThat(runner.killLeftovers(run.job, 0, 0)).isEqualTo(1);
    }

    @Test
    void killsADaemon_whenTheCommandIsKilled() {
        Run run = run(shell("nohup sleep 60 & sleep 60", 300).withAllowDaemon(true));

        assertThat(run.result().state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(processes()).isEmpty();
    }

    @Test
    @Tag("A58")
    void terminates_whenCancelled_onceForManyCancels() {
        Run run = run(Command.shell("echo ready; sleep 60"));
        run.says("ready");

        run.cancel();
        run.cancel();

        Return result = run.result();
        run.cancel();
        assertThat(result.state()).isEqualTo(TargetState.TERMINATED);
        assertThat(result.reason()).isEqualTo("cancelled");
        assertThat(run.ends()).hasSize(1);
    }

    @Test
    void doesNotStart_whatIsCancelledAtOnce() {
        Path marker = directory.resolve("marker");
        for (int i = 0; i < 10; i++) {
            Run run = run(Command.shell("sleep 0.5; echo ran >> " + marker));
            run.cancel();
            assertThat(run.result().state()).isIn(TargetState.REJECTED, TargetState.TERMINATED);
        }
        assertThat(marker).doesNotExist();
    }

    @RepeatedTest(20)
    @Tag("F46")
    @Tag("F47")
    void hasOneEnd_whenExitTimeoutAndCancelRace() throws IOException {
        Path marker = directory.resolve("marker");
        List<Run> runs = List.of(
                run(shell("echo ran >> " + marker + "; sleep 0.0" + (int) (Math.random() * 9), 60)),
                run(shell("trap 'exit 0' TERM; sleep 0.06", 60)));

        runs.get(0).cancel();
        runs.forEach(Run::result);
        await().until(() -> runner.freeSlots() == 4);

        assertThat(runs).allSatisfy(run -> assertThat(run.ends()).hasSize(1));
        assertThat(processes()).isEmpty();
    }

    @RepeatedTest(5)
    @Tag("F47")
    void tellsTheTruth_whenACancelRacesTheExit() {
        JobId job = newJob();
        Run run = run(new Message(job, Command.shell("exit 0")));
        run.pid();
        run.cancel();

        Return result = run.result();
        assertThat(result.state()).isIn(TargetState.SUCCEEDED, TargetState.TERMINATED);
    }

    @Test
    @Tag("F11")
    void killsWhatACrashedAgentLeft_byItsEnvironment() throws IOException {
        JobId job = newJob();
        Process left = orphan(job, minion, "setsid sleep 60 & sleep 60");
        await().until(() -> left.descendants().count() == 2);

        assertThat(runner.killLeftovers(newJob(), 0, 0)).isZero();
        assertThat(left.descendants()).hasSize(2);
        assertThat(runner.killLeftovers(job, 0, 0)).isEqualTo(3);
        assertThat(runner.killLeftovers(job, 0, 0)).isZero();
    }

    @Test
    @Tag("F11")
    @Tag("F32")
    void sweep_killsAndDeletesWhatNoJournalKnows_andNothingElse() throws IOException {
        JobId unknown = newJob();
        JobId known = newJob();
        Process left = orphan(unknown, minion, "setsid sleep 60 & sleep 60");
        await().until(() -> left.descendants().count() == 2);
        Path pipes = jobs.resolve(".pipes");
        Files.createDirectories(pipes);
        for (JobId job : List.of(unknown, known)) {
            JobDirectory.of(jobs, job).create().write("stdout", Bytes.utf8("out"), Modes.OWNER_ONLY);
        }

        assertThat(runner.sweep(Set.of(known))).isEqualTo(1);

        await().until(() -> !left.isAlive());
        assertThat(jobs.resolve(unknown.toString())).doesNotExist();
        assertThat(jobs.resolve(known.toString())).isDirectory();
        assertThat(pipes).isDirectory();
        assertThat(runner.sweep(Set.of(known))).isZero();
    }

    @Test
    void leavesTheSameJobOfAnotherMinionOnThisHostAlone() throws IOException {
        JobId job = newJob();
        Process neighbour = orphan(job, "other-" + minion, "sleep 60");
        try {
            Run run = run(new Message(job, Command.shell("sleep 60 & exit 0")));

            assertThat(run.result().leftover()).isEqualTo(1);
            assertThat(runner.killLeftovers(job, 0, 0)).isZero();
            assertThat(neighbour.isAlive()).isTrue();
        } finally {
            neighbour.descendants().forEach(ProcessHandle::destroyForcibly);
            neighbour.destroyForcibly();
        }
    }

    @Test
    @Tag("F11")
    @Tag("A58")
    void killsWhatACrashedAgentLeft_byItsSession_unlessThePidIsAnothersNow() throws IOException {
        Process left = orphan(newJob(), minion, "exec env -i sh -c 'sleep 60 & sleep 60'");
        long ticks = ProcessEntry.of(left.pid()).orElseThrow().startTicks();
        await().until(() -> left.descendants().count() == 2);

        assertThat(runner.killLeftovers(newJob(), left.pid(), ticks - 1)).isZero();
        assertThat(left.descendants()).hasSize(2);
        assertThat(runner.killLeftovers(newJob(), left.pid(), ticks)).isEqualTo(3);
        assertThat(sessionOf(left.pid())).isEmpty();
    }

    @Test
    void killsOnlyTheCommand_withoutSetsid() throws IOException {
        runner.close();
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("sleep"), Path.of("/bin/sleep"));
        runner = newRunner(Duration.ofMillis(300), bin.toString());
        assertThat(runner.hasSessions()).isFalse();

        Run killed = run(shell("(sleep 60 &) ; trap '' TERM; sleep 60 & sleep 60; sleep 60", 300));
        Run left = run(Command.shell("sleep 60 & exit 5"));

        // The agent, here this test, is in the same group and session, and lives on.
        assertThat(killed.result().state()).isEqualTo(TargetState.TIMED_OUT);
        assertThat(left.result().leftover()).isEqualTo(1);
        assertThat(processes()).isEmpty();
    }

    @Test
    void interruptsWhatRuns_whenClosed() {
        Run run = run(Command.shell("echo ready; sleep 60 & sleep 60"));
        run.says("ready");

        runner.close();

        assertThat(run.ends()).singleElement().extracting(Return::state).isEqualTo(TargetState.INTERRUPTED);
        assertThat(processes()).isEmpty();
    }

    private static List<ProcessEntry> sessionOf(long pid) throws IOException {
        return ProcessEntry.all().stream()
                .filter(entry -> !entry.zombie() && entry.session() == pid)
                .toList();
    }

    private static List<ProcessEntry> sleepers(Run run) throws IOException {
        return sessionOf(run.pid());
    }

    private static Process orphan(JobId job, String minion, String line) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", line);
        builder.environment().put("QCMD_JOB", job.toString());
        builder.environment().put("QCMD_MINION", minion);
        return builder.start();
    }
}
