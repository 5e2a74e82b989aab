package io.qcmd.protocol;

/**
 * The answer to {@link Relabel}: it is on disk, and targets mean what it says.
 *
 * @param matched whom the expression named
 * @param changed whose labels are not what they were
 */
public record Relabelled(int matched, int changed) {}
