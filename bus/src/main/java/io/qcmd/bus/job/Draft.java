package io.qcmd.bus.job;

import io.qcmd.bus.fleet.Resolution;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Selection;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to become a job.
 *
 * @param selection whom it means, for people, and for a redo
 * @param expireMillis null: half of the timeout
 * @param callback the endpoint; null: the usual one
 * @param parent the job that it is made from; null: none
 * @param remark why
 * @param minions says who that is now; may refuse
 */
record Draft(
        String requestId,
        Selection selection,
        Command command,
        @Nullable Long expireMillis,
        @Nullable String callback,
        @Nullable Parent parent,
        Remark remark,
        Supplier<Resolution> minions) {
    /** The word of the audit log. */
    String action() {
        return parent == null ? "SUBMIT" : parent.kind().name();
    }

    /** For so many minions: {@code 3 minions: web*}, or {@code 3 minions, reason 'disk full', ticket 'OPS-1': web*, of job 01J…}. */
    String described(int targets) {
        StringBuilder text = new StringBuilder(targets + " minions");
        if (!remark.reason().isEmpty()) {
            text.append(", reason '").append(remark.reason()).append('\'');
        }
        new TreeMap<>(remark.notes())
                .forEach((name, value) -> text.append(", ")
                        .append(name)
                        .append(" '")
                        .append(value)
                        .append('\''));
        // The target last, as it may be so long that it is cut.
        text.append(": ").append(selection.target());
        return parent == null
                ? text.toString()
                : text.append(", of job ").append(parent.job()).toString();
    }
}
