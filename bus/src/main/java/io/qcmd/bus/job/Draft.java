package io.qcmd.bus.job;

import io.qcmd.bus.fleet.Resolution;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Selection;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to become a job.
 *
 * @param selection whom it means, for people, and for a redo
 * @param expireMillis null: half of the timeout
 * @param callback the endpoint; null: the usual one
 * @param parent the job that it is made from; null: none
 * @param minions says who that is now; may refuse
 */
record Draft(
        String requestId,
        Selection selection,
        Command command,
        @Nullable Long expireMillis,
        @Nullable String callback,
        @Nullable Parent parent,
        Supplier<Resolution> minions) {
    /** The word of the audit log. */
    String action() {
        return parent == null ? "SUBMIT" : parent.kind().name();
    }

    /** {@code web*}, or {@code web*, retry of 01J…}. */
    String described() {
        String target = selection.target().toString();
        return parent == null ? target : target + ", of job " + parent.job();
    }
}
