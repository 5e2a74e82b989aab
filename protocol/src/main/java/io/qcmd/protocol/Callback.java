package io.qcmd.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is posted to an endpoint as JSON: targets of one job that ended in one commit of the bus. See docs/callbacks.md.
 *
 * @param id the same for every try, and no other callback's
 * @param type {@link #TARGETS_ENDED}; others may come
 * @param targets 1 to 500
 */
public record Callback(String id, String type, JobId job, List<Ended> targets) {
    public static final String TARGETS_ENDED = "targets.ended";
    public static final int MOST_TARGETS = 500;

    public Callback {
        targets = List.copyOf(targets);
        if (targets.isEmpty() || targets.size() > MOST_TARGETS) {
            throw new IllegalArgumentException("callback: " + targets.size() + " targets; use 1 to " + MOST_TARGETS);
        }
    }

    /**
     * A target that has its fate.
     *
     * @param exitCode null without one
     * @param endedAt bus time, milliseconds since 1970
     * @param reason why, where the state does not say all; null otherwise
     * @param late whether it revises LOST
     */
    public record Ended(
            MinionId minion,
            TargetState state,
            Executed executed,
            @Nullable Integer exitCode,
            long endedAt,
            @Nullable String reason,
            boolean late) {
        public Ended {
            reason = reason == null ? null : Unicode.cut(reason, Limits.REASON);
        }

        /** @param result what the agent told; null when no agent decided it */
        public static Ended of(
                MinionId minion,
                TargetState state,
                long endedAt,
                @Nullable Return result,
                @Nullable String reason,
                boolean late) {
            return new Ended(
                    minion, state, state.executed(), result == null ? null : result.exitCode(), endedAt, reason, late);
        }
    }

    /** The id of the callback whose first fate has this number in the ledger. */
    public static String id(JobId job, long seq) {
        return job + "-" + seq;
    }
}
