package io.qcmd.protocol;

import java.util.List;

/**
 * Opens a cursor over what is and will be known of a job; ends when every target has its fate and was sent, or when all that is known was.
 *
 * @param after the ledger's sequence after which to read; 0 for all
 * @param output whether pieces of output are wanted too
 * @param hints whether ACCEPTED and RUNNING are wanted: unnumbered, replaced by a snapshot at each attach
 * @param minions only these, at most 256; none: all
 * @param follow whether to wait for what will be known
 */
public record ResultQuery(
        JobId job, long after, boolean output, boolean hints, List<MinionId> minions, boolean follow) {
    public ResultQuery {
        minions = List.copyOf(minions);
        if (after < 0 || minions.size() > Limits.PAGE_ROWS) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "cursor " + after + ", " + minions.size() + " minions: use 0 or more, at most 256");
        }
    }

    /** To the end of the job. */
    public ResultQuery(JobId job, long after, boolean output, boolean hints, List<MinionId> minions) {
        this(job, after, output, hints, minions, true);
    }
}
