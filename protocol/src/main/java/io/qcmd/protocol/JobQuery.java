package io.qcmd.protocol;

/** The newest jobs first, at most {@code limit} of them, 1 to 10,000. */
public record JobQuery(int limit) {
    public JobQuery {
        if (limit < 1 || limit > 10_000) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "limit " + limit + ": use 1 to 10,000");
        }
    }
}
