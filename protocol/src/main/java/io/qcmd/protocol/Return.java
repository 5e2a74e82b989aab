package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A minion's result for a target, as the agent's journal has it.
 *
 * @param state an end of a run: SUCCEEDED, FAILED, TIMED_OUT, TERMINATED, INTERRUPTED or REJECTED (could not exec)
 * @param exitCode 0-255, 128 + n for an end by signal n as a shell says it; null without one: INTERRUPTED, REJECTED
 * @param durationMillis from exec to the end of the main process, agent's monotonic clock; 0 when unknown
 * @param leftover processes that outlived the main one and were killed
 * @param reason why it was refused, killed or interrupted; null where the state says all
 */
public record Return(
        JobId job,
        TargetState state,
        @Nullable Integer exitCode,
        long durationMillis,
        Captured stdout,
        Captured stderr,
        int leftover,
        @Nullable String reason) {

    /**
     * What is kept of one stream.
     *
     * @param total bytes that the command wrote
     * @param kept bytes that are kept: head and tail; less than {@code total} means truncated
     * @param sha256 of the kept bytes; empty when there are none
     */
    public record Captured(long total, long kept, Bytes sha256) {
        public static final Captured NONE = new Captured(0, 0, Bytes.EMPTY);

        public Captured {
            if (kept < 0 || total < kept || sha256.size() != (kept == 0 ? 0 : 32)) {
                throw new IllegalArgumentException("captured: kept " + kept + " of " + total + ", hash of "
                        + sha256.size() + " bytes; use 0 <= kept <= total and a hash of 32");
            }
        }

        public boolean truncated() {
            return kept < total;
        }
    }

    public Return {
        if (!state.isEndOfARun()) {
            throw new IllegalArgumentException("return: " + state + " is no end of a run");
        }
        boolean hasExit = state == TargetState.SUCCEEDED || state == TargetState.FAILED;
        if (hasExit && (exitCode == null || (exitCode == 0) != (state == TargetState.SUCCEEDED))) {
            throw new IllegalArgumentException("return: " + state + " with exit code " + exitCode);
        }
        if (exitCode != null && (exitCode < 0 || exitCode > 255)) {
            throw new IllegalArgumentException("return: exit code " + exitCode + "; use 0 to 255");
        }
        if (durationMillis < 0 || leftover < 0) {
            throw new IllegalArgumentException("return: duration " + durationMillis + ", leftover " + leftover);
        }
        reason = reason == null ? null : Unicode.cut(reason, Limits.REASON);
    }

    /** A return without output or exit code. */
    public static Return without(JobId job, TargetState state, String reason) {
        return new Return(job, state, null, 0, Captured.NONE, Captured.NONE, 0, reason);
    }
}
