package io.qcmd.bus.store;

import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Selection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored. Times are bus time in milliseconds.
 *
 * @param order acceptance order, growing over restarts too
 * @param submittedBy who asked for it, for people
 * @param minions the frozen list, in the order of resolution
 * @param cancel that a cancel of the whole job is wanted, and how; null: none is
 * @param endedAt when its last target got its fate; 0 while it lives
 * @param callback whom it calls back; null: nobody
 * @param parent the job that it was made from; null: none
 * @param remark why somebody wanted it
 */
public record JobRecord(
        JobId job,
        String requestId,
        long order,
        Selection selection,
        Command command,
        String submittedBy,
        long acceptedAt,
        long expiresAt,
        long completesBy,
        List<MinionId> minions,
        @Nullable CancelWish cancel,
        long endedAt,
        @Nullable CallbackOrder callback,
        @Nullable Parent parent,
        Remark remark) {
    public JobRecord {
        minions = List.copyOf(minions);
    }

    /** What a list shows of it. */
    public JobHead head() {
        return new JobHead(
                job,
                order,
                selection,
                command,
                submittedBy,
                acceptedAt,
                expiresAt,
                completesBy,
                cancel,
                endedAt,
                parent,
                remark);
    }
}
