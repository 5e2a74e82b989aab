package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
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
    /** Of 8 KB each, which stand in the journal: more than the 1 MiB from which it is compacted. */
    private static final int RESULTS = 150;

    private static final Pattern EPOCH = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

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
        oracle.judgeAndClose();
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
        if (instant == FailPoint.AGENT_AFTER_EXEC) {
            assertRuns(job);
        }

        house.startAgent(minion(instant));
        assertThat(Oracle.end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        Processes.awaitNoneOf(job.id());
        if (instant == FailPoint.AGENT_AFTER_STARTED) {
            assertThat(oracle.starts(job, minion(instant))).isZero();
        } else if (instant == FailPoint.AGENT_AFTER_EXIT) {
            assertThat(oracle.starts(job, minion(instant))).isEqualTo(1);
        }
        assertWorks(minion(instant));
    }

    @Test
    @Tag("F11")
    void anAgentThatFailsRightAfterExec_neverSaysThatItWasNotExecuted() {
        house.startAgent("f11-fails", House.failing(FailPoint.AGENT_AFTER_EXEC, "throw", 1));
        house.awaitUp("f11-fails");

        StartedJob job = oracle.start(oracle.run("f11-fails", LONG));

        // As the shell may have been killed before it came to it, that it was not is true as well.
        if (Oracle.end(job).state() == TargetState.REJECTED) {
            assertThat(oracle.starts(job, "f11-fails")).isZero();
        } else {
            assertThat(Oracle.end(job).state()).isEqualTo(TargetState.INTERRUPTED);
        }
        Processes.awaitNoneOf(job.id());
        assertWorks("f11-fails");
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

    @ParameterizedTest
    @EnumSource(names = {"AGENT_BEFORE_RENAME", "AGENT_AFTER_RENAME"})
    @Tag("F15")
    void anAgentThatDiesInACompaction_goesOnWithItsJournal(FailPoint instant) throws IOException {
        String minion = minion(instant);
        // The very first file is no compaction, and gets its name in the same way.
        int time = instant == FailPoint.AGENT_BEFORE_RENAME ? 2 : 1;
        Program agent = house.startAgent(minion, House.failing(instant, "kill", time));
        house.awaitUp(minion);
        String epoch = epochOf(minion);
        StartedJob running = oracle.start(oracle.run(minion, LONG).timeout(Duration.ofMinutes(8)));
        oracle.awaitStart(running, minion);
        List<StartedJob> jobs = Stream.generate(() -> House.answer(house.run(minion)
                        .shell("head -c 8000 /dev/zero")
                        .expire(Duration.ofMinutes(4))
                        .start()))
                .limit(RESULTS)
                .toList();
        assertThat(agent.exit(House.LIMIT)).as("%s", agent).isEqualTo(KILLED);
        assertThat(agent.err()).contains("failpoint " + instant);

        house.startAgent(minion);
        assertThat(Oracle.end(running).state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(oracle.starts(running, minion)).isEqualTo(1);
        // What else ran in that instant is not known; there are four slots.
        assertThat(jobs)
                .extracting(job -> Oracle.end(job).state())
                .isSubsetOf(TargetState.SUCCEEDED, TargetState.INTERRUPTED)
                .areAtMost(3, new Condition<>(TargetState.INTERRUPTED::equals, "INTERRUPTED"));
        assertThat(epochOf(minion)).isEqualTo(epoch);
        assertWorks(minion);
    }

    @Test
    @Tag("F12")
    void anAgentThatDiesWhileACommandRuns_leavesNothingOfIt() {
        Program agent = house.startAgent("f12");
        house.awaitUp("f12");
        StartedJob job = oracle.start(oracle.run("f12", LONG));
        oracle.awaitStart(job, "f12");
        agent.kill();
        assertRuns(job);

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
        assertRuns(job);

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

    /** The first text in its journal. */
    private static String epochOf(String minion) throws IOException {
        String journal = Files.readString(house.agentData(minion).resolve("journal"), StandardCharsets.ISO_8859_1);
        Matcher epoch = EPOCH.matcher(journal);
        assertThat(epoch.find()).isTrue();
        return epoch.group();
    }

    private static String minion(FailPoint instant) {
        return instant.toString().replace('.', '-');
    }

    /** Nobody looks after it any more, and nothing has ended it. */
    private static void assertRuns(StartedJob job) {
        assertThat(Processes.mentioning("QCMD_JOB=" + job.id())).isNotEmpty();
    }

    private static void assertWorks(String minion) {
        StartedJob next = oracle.start(oracle.run(minion, Duration.ZERO));
        assertThat(Oracle.end(next).state()).isEqualTo(Oracle.ownEnd(next));
    }
}
