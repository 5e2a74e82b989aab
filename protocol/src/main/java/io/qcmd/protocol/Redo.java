package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Runs the command of a job once more, as a new job. Its target is resolved again, unless its minions came from a list, which it keeps.
 *
 * @param requestId as in {@link Submit}: the same one gives the same new job
 * @param on whom instead; null: whom the job meant
 * @param sameMinions on the minions that the job had, and on no others; not together with {@code on}
 * @param remark why, over what the job says: see {@link Remark#over}
 */
public record Redo(String requestId, JobId job, @Nullable Selection on, boolean sameMinions, Remark remark) {
    public Redo {
        Submit.checkRequestId(requestId);
        if (on != null && sameMinions) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "redo: on the same minions, and on others; use one of both");
        }
    }
}
