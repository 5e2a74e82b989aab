package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that dies at a certain instant: its journal tells what is true, and nothing starts twice. */
@Timeout(180)
class AgentFaultsIT {
    private static final int KILLED = 137;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int UPLOADED = 600_000;

    @TempDir
    static Path directory;

    private static House house;
    private static Oracle oracle;

    @BeforeAll
    @Timeout(180)
    static void open() {
        house = new House(directory);
        house.startBus();
        house.awaitBus();
        oracle = new Oracle(house);
    }

    @AfterAll
    @Timeout(180)
    static void close() {
        try {
            oracle.judge();
        } finally {
            house.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENT_BEFORE_READY", "AGENT_BEFORE_STARTED"})
    @Tag("F08")
    @Tag("F09")
    void anAgentThatDiesBeforeTheJournalKnows_isGivenTheCommandAgain(FailPoint instant) {
        StartedJob job = dying(instant, SHORT, 0);

        assertThat(oracle.starts(job, minion(instant))).isZero();
        house.startAgent(minion(instant));
        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENT_AFTER_STARTED", "AGENT_AFTER_EXEC", "AGENT_AFTER_EXIT"})
    @Tag("F09")
    @Tag("F10")
    @Tag("F11")
    @Tag("F13")
    void anAgentThatDiesBetweenStartedAndDone_doesNotKnow_andRunsNothingAgain(FailPoint instant) {
        StartedJob job = dying(instant, instant == FailPoint.AGENT_AFTER_EXEC ? LONG : SHORT, 0);

        house.startAgent(minion(instant));
        assertThat(Oracle.end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        Processes.awaitNoneOf(job.id());
        if (instant == FailPoint.AGENT_AFTER_EXIT) {
            assertThat(oracle.starts(job, minion(instant))).isEqualTo(1);
        }
        assertWorks(minion(instant));
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENT_AFTER_DONE", "AGENT_IN_UPLOAD", "AGENT_BEFORE_RELEASED"})
    @Tag("F14")
    void anAgentThatDiesWithAResult_stillBringsIt(FailPoint instant) {
        // So short that most of its output waits for its end.
        StartedJob job = dying(instant, Duration.ZERO, UPLOADED);

        house.startAgent(minion(instant));
        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
    }

    @Test
    @Tag("F12")
    void anAgentThatDiesWhileACommandRuns_leavesNothingOfIt() {
        Program agent = house.startAgent("f12");
        house.awaitUp("f12");
        StartedJob job = oracle.start(oracle.run("f12", LONG));
        oracle.awaitStart(job, "f12");
        agent.kill();

        house.startAgent("f12");
        assertThat(Oracle.end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        Processes.awaitNoneOf(job.id());
        assertWorks("f12");
    }

    @Test
    @Tag("F16")
    void aHostThatIsBootedAnew_hasInterruptedWhatRan() {
        assumeTrue(
                ProcessHandle.current().info().user().filter("root"::equals).isPresent(),
                "needs root for a mount namespace");
        Program agent = house.startAgent("f16");
        house.awaitUp("f16");
        StartedJob job = oracle.start(oracle.run("f16", LONG));
        oracle.awaitStart(job, "f16");
        agent.kill();
        Processes.killAllOf(job.accepted().job());

        house.startAgentInAnotherBoot("f16");
        assertThat(Oracle.end(job))
                .isInstanceOfSatisfying(
                        TargetResult.Interrupted.class,
                        end -> assertThat(end.reason()).contains("the host was restarted"));
        assertWorks("f16");
    }

    @Test
    @Tag("F49")
    void anAgentThatIsKilledByItsOwnCommand_doesNotRunItAgain() {
        Program agent = house.startAgent("f49");
        house.awaitUp("f49");
        StartedJob job = oracle.start(oracle.doing("f49", "kill -9 $PPID; sleep 60"));
        assertThat(agent.exit(House.LIMIT)).as("%s", agent).isEqualTo(KILLED);

        house.startAgent("f49");
        assertThat(Oracle.end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(oracle.starts(job, "f49")).isEqualTo(1);
        Processes.awaitNoneOf(job.id());
        assertWorks("f49");
    }

    /** A job whose agent has died at this instant. */
    private static StartedJob dying(FailPoint instant, Duration length, int output) {
        String minion = minion(instant);
        Program agent = house.startAgent(minion, House.failing(instant, "kill", 1));
        house.awaitUp(minion);
        StartedJob job = oracle.start(
                oracle.run(minion, length, output).expire(Duration.ofMinutes(4)).timeout(Duration.ofMinutes(8)),
                output);
        assertThat(agent.exit(House.LIMIT)).as("%s", agent).isEqualTo(KILLED);
        assertThat(agent.err()).contains("failpoint " + instant);
        return job;
    }

    private static String minion(FailPoint instant) {
        return instant.toString().replace('.', '-');
    }

    private static void assertWorks(String minion) {
        StartedJob next = oracle.start(oracle.run(minion, Duration.ZERO));
        assertThat(Oracle.end(next).state()).isEqualTo(Oracle.ownEnd(next));
    }
}
