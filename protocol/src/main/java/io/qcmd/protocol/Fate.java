package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The final state of a target, as it is on the disk of the bus.
 *
 * @param seq its number in the ledger
 * @param endedAt bus time, milliseconds since 1970
 * @param result what the agent returned; null when no agent decided it
 * @param stdout the first 8 KiB; the rest by the output cursor
 * @param stderr likewise
 * @param reason why, where the state does not say all; null otherwise
 * @param late whether it revises LOST
 */
public record Fate(
        long seq,
        MinionId minion,
        TargetState state,
        long endedAt,
        @Nullable Return result,
        Bytes stdout,
        Bytes stderr,
        @Nullable String reason,
        boolean late) {
    public Fate {
        if (!state.isFinal()) {
            throw new IllegalArgumentException("fate: " + state + " is no final state");
        }
    }

    public Executed executed() {
        return state.executed();
    }
}
