package io.qcmd.protocol;

/**
 * The job that a job was made from.
 *
 * @param frozen whether its minions were taken from a list and not found by the target expression: made again, it keeps that list
 */
public record Parent(JobId job, Kind kind, boolean frozen) {
    /** REDO: the command once more. RETRY: for those of its minions that ended in certain states. */
    public enum Kind {
        REDO,
        RETRY
    }
}
