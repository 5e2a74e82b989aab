package io.qcmd.bus.store;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records to store. */
public final class StoreSamples {
    public static final AuditRecord AUDIT =
            new AuditRecord(1, "uid 0 (pid 1)", "SUBMIT", "job", "'; DROP TABLE job; --");
    public static final MinionId WEB1 = new MinionId("web1");
    public static final MinionId WEB2 = new MinionId("web2");
    public static final MinionId DB1 = new MinionId("db1");

    /** The second offer led to GO. */
    public static final Steps STEPS = new Steps(0, 2, 1_763_798_042_120L, 1_763_798_042_131L, Long.MAX_VALUE);

    private StoreSamples() {}

    /** The n-th job: of web1, web2 and db1. */
    public static JobRecord job(int n) {
        return job(n, "request-" + n, List.of(WEB1, WEB2, DB1));
    }

    public static JobRecord job(int n, String requestId, List<MinionId> minions) {
        return new JobRecord(
                JobId.of(1_000 + n, 7, n * 0x9E3779B97F4A7C15L),
                requestId,
                n,
                Selection.of(new Target("web*,db1")),
                Command.shell("echo 'ä' \u0007").withEnvironment(Map.of("B", "2", "A", "")),
                "alice (uid 0)",
                1_000 + n,
                2_000 + n,
                3_000 + n,
                minions,
                null,
                0,
                null,
                null,
                Remark.NONE);
    }

    /** The same job, which calls back. */
    public static JobRecord withCallback(JobRecord job, CallbackOrder callback) {
        return changed(job, job.job(), job.command(), callback, job.parent(), job.remark());
    }

    /** The same job, made from this one. */
    public static JobRecord withParent(JobRecord job, Parent parent) {
        return changed(job, job.job(), job.command(), job.callback(), parent, job.remark());
    }

    public static JobRecord withRemark(JobRecord job, Remark remark) {
        return changed(job, job.job(), job.command(), job.callback(), job.parent(), remark);
    }

    public static JobRecord withId(JobRecord job, JobId id) {
        return changed(job, id, job.command(), job.callback(), job.parent(), job.remark());
    }

    public static JobRecord withCommand(JobRecord job, Command command) {
        return changed(job, job.job(), command, job.callback(), job.parent(), job.remark());
    }

    private static JobRecord changed(
            JobRecord job,
            JobId id,
            Command command,
            @Nullable CallbackOrder callback,
            @Nullable Parent parent,
            Remark remark) {
        return new JobRecord(
                id,
                job.requestId(),
                job.order(),
                job.selection(),
                command,
                job.submittedBy(),
                job.acceptedAt(),
                job.expiresAt(),
                job.completesBy(),
                job.minions(),
                job.cancel(),
                job.endedAt(),
                callback,
                parent,
                remark);
    }

    public static FateRecord fate(JobRecord job, MinionId minion, TargetState state) {
        return new FateRecord(job.job(), minion, state, job.acceptedAt() + 1, null, "because", false, false, STEPS);
    }

    public static FateRecord last(FateRecord fate) {
        return new FateRecord(
                fate.job(),
                fate.minion(),
                fate.state(),
                fate.at(),
                fate.result(),
                fate.reason(),
                true,
                fate.late(),
                fate.steps());
    }

    /** What the agent itself told: exit 0. */
    public static FateRecord done(JobRecord job, MinionId minion, boolean late) {
        return new FateRecord(
                job.job(),
                minion,
                TargetState.SUCCEEDED,
                job.acceptedAt() + 9,
                succeeded(job),
                null,
                false,
                late,
                STEPS);
    }

    public static Return succeeded(JobRecord job) {
        Return.Captured stdout = new Return.Captured(20, 10, bytes(32, 'h'));
        Return.Captured stderr = new Return.Captured(20, 20, bytes(32, 'i'));
        return new Return(job.job(), TargetState.SUCCEEDED, 0, 12, stdout, stderr, 1, null);
    }

    public static Output stdout(JobRecord job, long offset, Bytes bytes) {
        return new Output(job.job(), Output.Stream.STDOUT, offset, bytes);
    }

    public static Output stderr(JobRecord job, long offset, Bytes bytes) {
        return new Output(job.job(), Output.Stream.STDERR, offset, bytes);
    }

    public static Bytes bytes(int size, char each) {
        byte[] array = new byte[size];
        Arrays.fill(array, (byte) each);
        return Bytes.wrap(array);
    }

    public static SessionRecord session(long openedAt) {
        return new SessionRecord(
                openedAt, "epoch", 7, "boot", "instance", "0.1.0", Map.of("role", "web"), Map.of("os", "Debian"));
    }
}
