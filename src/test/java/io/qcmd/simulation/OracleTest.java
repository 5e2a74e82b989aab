package io.qcmd.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An oracle that cannot object would prove nothing: it is shown one wrong world for each promise. */
class OracleTest {
    private static final MinionId M1 = new MinionId("m1");
    private static final MinionId M2 = new MinionId("m2");
    private static final JobId OLD = new JobId(0, 1);
    private static final JobId NEW = new JobId(0, 2);
    private static final JobId UNKNOWN = new JobId(0, 3);
    private static final String ACTOR = "tester";
    private static final Command COMMAND = Command.shell(new Plan(10, 100, true, false).line());
    private static final long EXPIRES_AT = 1_000;
    private static final long COMPLETES_BY = 5_000;

    /** Two jobs, the older of which is for both minions, and the newer for the first. */
    private static final class World {
        private final MemoryStore disk = new MemoryStore();
        private final Oracle oracle = new Oracle(disk);

        World() {
            record(OLD, List.of(M1, M2), OLD.toString());
            record(NEW, List.of(M1), NEW.toString());
        }

        void record(JobId job, List<MinionId> minions, String audited) {
            JobRecord record = new JobRecord(
                    job,
                    "request-" + job.low(),
                    job.low(),
                    Selection.of(Target.ALL),
                    COMMAND,
                    ACTOR,
                    0,
                    EXPIRES_AT,
                    COMPLETES_BY,
                    minions,
                    null,
                    0,
                    null,
                    null,
                    Remark.NONE);
            assertThat(disk.record(record, new AuditRecord(0, ACTOR, "SUBMIT", audited, ""))
                            .block())
                    .isTrue();
        }

        void accepted(int request, JobId job, int matched) {
            oracle.accepted(
                    new Submit("request-" + request, Selection.of(Target.ALL), COMMAND, null),
                    new Accepted(job, matched, Discarded.NONE, 0, COMPLETES_BY));
        }

        /** On the disk, and told. */
        void settles(JobId job, TargetState state, long at, @Nullable Return result) {
            FateRecord fate = fate(job, M1, state, at, result);
            assertThat(disk.settle(fate).block()).isPositive();
            oracle.settled(fate);
        }

        /** It ran. */
        void settles(TargetState state, Return result) {
            oracle.executed(M1, NEW);
            settles(NEW, state, 2_000, result);
        }
    }

    /** What goes wrong in a world. */
    private interface Wrong {
        void in(World world);
    }

    static Stream<Arguments> wrongs() {
        int right = Plan.exitCode(NEW, M1);
        boolean succeeds = right == 0;
        TargetState end = succeeds ? TargetState.SUCCEEDED : TargetState.FAILED;
        return Stream.of(
                wrong("G1: job .* is not on the disk", world -> world.accepted(9, UNKNOWN, 1)),
                wrong("G1: job .* was accepted for 2 targets", world -> world.accepted(2, NEW, 2)),
                wrong("G1: job .* has no audit row", world -> {
                    world.record(UNKNOWN, List.of(M1), "another");
                    world.accepted(3, UNKNOWN, 1);
                }),
                wrong("G1: .* on the disk it is .*requestId=request-2", world -> {
                    world.accepted(1, OLD, 2);
                    world.oracle.accepted(
                            new Submit("request-1", Selection.of(Target.ALL), COMMAND, null),
                            new Accepted(NEW, 1, Discarded.NONE, 0, COMPLETES_BY));
                }),
                wrong(
                        "G2: .* was settled as",
                        world -> world.oracle.settled(fate(NEW, M1, TargetState.EXPIRED, 2_000, null))),
                wrong("G2: job .* is not complete at", world -> world.oracle.inTime(COMPLETES_BY)),
                wrong("G2: job .* is not complete$", world -> world.oracle.atRest()),
                wrong("G2: .* is LOST before its time", world -> world.settles(NEW, TargetState.LOST, 2_000, null)),
                wrong("G5: .* is LOST, and no session", world -> {
                    world.oracle.connected(M1);
                    world.oracle.busStarts();
                    world.oracle.recorded(NEW);
                    world.settles(NEW, TargetState.LOST, COMPLETES_BY, null);
                }),
                wrong("G3: .* was started twice", world -> {
                    world.oracle.executed(M1, NEW);
                    world.oracle.executed(M1, NEW);
                }),
                wrong("G4: m1 drops its entry", world -> world.oracle.released(M1, NEW)),
                wrong("G4: m1 kept SUCCEEDED", world -> {
                    world.oracle.kept(M1, result(NEW, TargetState.SUCCEEDED, 0));
                    rests(world, last(NEW, M1, TargetState.EXPIRED, null));
                }),
                wrong("G5: .* is EXPIRED, and is started now", world -> {
                    world.settles(NEW, TargetState.EXPIRED, 2_000, null);
                    world.oracle.executed(M1, NEW);
                }),
                wrong("G5: .* is EXPIRED and was started", world -> {
                    world.oracle.executed(M1, NEW);
                    world.settles(NEW, TargetState.EXPIRED, 2_000, null);
                }),
                wrong(
                        "G5: .* is TIMED_OUT and was never started",
                        world -> world.settles(NEW, TargetState.TIMED_OUT, 2_000, null)),
                wrong(
                        "G5: .* ended with " + right,
                        world -> world.settles(TargetState.FAILED, result(NEW, TargetState.FAILED, right + 1))),
                wrong(
                        "G5: .* ended with " + right,
                        world -> world.settles(
                                succeeds ? TargetState.FAILED : TargetState.SUCCEEDED, result(NEW, end, right))),
                wrong(
                        "G5: .* is CANCELLED and nobody wanted that",
                        world -> world.settles(NEW, TargetState.CANCELLED, 2_000, null)),
                wrong(
                        "G5: .* EXPIRED at 999, before 1000",
                        world -> world.settles(NEW, TargetState.EXPIRED, EXPIRES_AT - 1, null)),
                wrong("G7: m1 gets job .* before .* was answered", world -> {
                    world.oracle.offers("s1", OLD, M1);
                    world.oracle.offers("s1", NEW, M1);
                }),
                wrong("G7: m1 gets job .* after a newer one on the same session", world -> {
                    world.oracle.offers("s1", NEW, M1);
                    world.oracle.answers("s1", NEW);
                    world.oracle.offers("s1", OLD, M1);
                }),
                wrong("G7: m1 gets job .* for the first time after a newer one", world -> {
                    world.oracle.offers("s1", NEW, M1);
                    world.oracle.offers("s2", OLD, M1);
                }),
                wrong("job .* is offered to m1 after its end", world -> {
                    world.settles(NEW, TargetState.EXPIRED, 2_000, null);
                    world.oracle.offers("s1", NEW, M1);
                }),
                wrong(
                        "cancel: .* is fenced as CANCELLED, and the disk has no fate",
                        world -> world.oracle.cancelled(
                                NEW, new CancelPage.Answer(M1, Effect.FENCED, TargetState.CANCELLED, COMPLETES_BY))),
                wrong("cancel: GO for .* after its cancel was answered", world -> {
                    world.oracle.cancelled(
                            NEW, new CancelPage.Answer(M1, Effect.PENDING, TargetState.ACCEPTED, COMPLETES_BY));
                    world.oracle.permits(NEW, M1);
                }),
                wrong("output: .* printed 100 bytes, and the disk has 0", world -> {
                    world.oracle.executed(M1, NEW);
                    world.oracle.kept(M1, result(NEW, end, right));
                    rests(world, last(NEW, M1, end, result(NEW, end, right)));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongs")
    void aWrongWorld_isObjectedTo(String objection, Wrong wrong) {
        World world = new World();

        assertThatThrownBy(() -> wrong.in(world)).isInstanceOf(Oracle.Broken.class);

        assertThat(world.oracle.complaint()).containsPattern(objection);
    }

    @Test
    void aRightWorld_isNotObjectedTo() {
        World world = new World();
        world.accepted(1, OLD, 2);
        world.accepted(1, OLD, 2);
        world.oracle.offers("s1", OLD, M1);
        world.oracle.offers("s2", OLD, M1);
        world.oracle.permits(OLD, M1);
        world.oracle.answers("s2", OLD);
        world.oracle.offers("s2", NEW, M1);
        world.oracle.executed(M1, OLD);
        world.oracle.inTime(COMPLETES_BY - 1);

        assertThat(world.oracle.complaint()).isNull();
    }

    /** Everything has its fate. */
    private static void rests(World world, FateRecord ofTheNewer) {
        List<FateRecord> fates = List.of(
                fate(OLD, M1, TargetState.EXPIRED, 2_000, null), last(OLD, M2, TargetState.EXPIRED, null), ofTheNewer);
        for (FateRecord fate : fates) {
            assertThat(world.disk.settle(fate).block()).isPositive();
            world.oracle.settled(fate);
        }
        world.oracle.atRest();
    }

    private static FateRecord last(JobId job, MinionId minion, TargetState state, @Nullable Return result) {
        return new FateRecord(job, minion, state, 2_000, result, null, true, false, Steps.NONE);
    }

    private static FateRecord fate(JobId job, MinionId minion, TargetState state, long at, @Nullable Return result) {
        return new FateRecord(job, minion, state, at, result, null, false, false, Steps.NONE);
    }

    private static Return result(JobId job, TargetState end, int exit) {
        return new Return(job, end, exit, 1, Return.Captured.NONE, Return.Captured.NONE, 0, null);
    }

    private static Arguments wrong(String objection, Wrong wrong) {
        return Arguments.of(objection, wrong);
    }
}
