package io.qcmd.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of one target, and what decided each step.
 *
 * @param state where it stands
 * @param steps in their order; what did not happen is not there
 */
public record Trace(JobId job, MinionId minion, TargetState state, List<Step> steps) {
    /** What happened. */
    public enum Kind {
        /** Accepted, and held by no rollout any more. */
        RELEASED,
        /** In the Channel of the minion. */
        QUEUED,
        /** A bus that started took it up: what came before was in memory only, and is not known. */
        RECOVERED,
        /** Emitted; told once, for the last time. */
        OFFERED,
        READY,
        GO,
        STARTED,
        /** Its fate was decided. */
        ENDED,
        /** Its fate is on the disk of the bus. */
        SETTLED,
        /** The agent's own late truth took the place of LOST. */
        REVISED,
        /** It has no end, and this is what it waits for. */
        NOW
    }

    /**
     * One step.
     *
     * @param at bus time, milliseconds since 1970; null: nobody wrote it down
     * @param text the rule that decided, for people
     */
    public record Step(Kind kind, @Nullable Long at, String text) {}

    public Trace {
        steps = List.copyOf(steps);
    }
}
