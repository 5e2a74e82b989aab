package io.qcmd.protocol;

/**
 * The answer to {@link Quarantine}: it is on disk.
 *
 * @param matched whom the expression named
 * @param changed who was not so before
 */
public record Quarantined(int matched, int changed) {}
