package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * How one target stands.
 *
 * @param endedAt bus time, milliseconds since 1970; 0: it goes on
 * @param result what the agent returned, with sizes and hashes of what was written; null when no agent decided it
 * @param reason why, where the state does not say all; null otherwise
 */
public record TargetInfo(
        MinionId minion,
        TargetState state,
        long endedAt,
        @Nullable Return result,
        @Nullable String reason) {
    public TargetInfo {
        if (state.isFinal() != endedAt > 0) {
            throw new IllegalArgumentException("target: " + state + " with an end at " + endedAt);
        }
    }

    public static TargetInfo of(Fate fate) {
        return new TargetInfo(fate.minion(), fate.state(), fate.endedAt(), fate.result(), fate.reason());
    }
}
