package io.qcmd.protocol;

/** The status of a job, derived from its targets; never stored. */
public enum JobStatus {
    RUNNING,
    PAUSED,
    SUCCEEDED,
    /** Some targets succeeded, not all. */
    PARTIAL,
    /** No target succeeded. */
    FAILED,
    CANCELLED,
    /** A rollout stopped by itself. */
    HALTED;

    /** What the counts say; cancelled wins. */
    public static JobStatus of(Counts counts, boolean cancelled) {
        if (counts.live() > 0) {
            return RUNNING;
        }
        if (cancelled) {
            return CANCELLED;
        }
        int succeeded = counts.of(TargetState.SUCCEEDED);
        if (succeeded == counts.total()) {
            return SUCCEEDED;
        }
        return succeeded == 0 ? FAILED : PARTIAL;
    }
}
