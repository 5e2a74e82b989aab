package io.qcmd.protocol;

/**
 * The answer to a submit: job, targets and audit row are on disk.
 *
 * @param matched targets of the job
 * @param acceptedAt bus time, milliseconds since 1970
 * @param completesBy bus time at which the last target has its fate, even if no agent ever answers
 */
public record Accepted(JobId job, int matched, Discarded discarded, long acceptedAt, long completesBy) {}
