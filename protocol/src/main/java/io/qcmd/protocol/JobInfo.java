package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a job. Times are bus time, milliseconds since 1970.
 *
 * @param submittedBy who asked for it, for people
 * @param cancel how and why the whole job was cancelled; null: it was not
 * @param endedAt when its last target got its fate; 0 while it runs
 * @param parent the job that it was made from; null: none
 * @param remark why somebody wanted it
 */
public record JobInfo(
        JobId job,
        Selection selection,
        Command command,
        String submittedBy,
        long acceptedAt,
        long expiresAt,
        long completesBy,
        @Nullable CancelWish cancel,
        long endedAt,
        JobStatus status,
        Counts counts,
        @Nullable Parent parent,
        Remark remark) {

    /** Whether the whole job was cancelled. */
    public boolean cancelled() {
        return cancel != null;
    }
}
