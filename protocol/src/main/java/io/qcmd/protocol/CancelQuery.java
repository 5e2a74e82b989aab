package io.qcmd.protocol;

import java.util.List;

/**
 * Cancels a job, or some of its minions. Idempotent; what it wants is on disk before it is answered.
 *
 * @param minions only these, at most 256; none: the whole job
 * @param wish a second one tightens the first: see {@link CancelWish#after}
 */
public record CancelQuery(JobId job, List<MinionId> minions, CancelWish wish) {
    public CancelQuery {
        minions = List.copyOf(minions);
        if (minions.size() > Limits.PAGE_ROWS) {
            throw new QcmdException(ErrorCode.LIMIT_EXCEEDED, "cancel: " + minions.size() + " minions; at most 256");
        }
    }
}
