package io.qcmd.protocol;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The states of a target and the only transitions between them. The table is the contract: whoever decides a fate asks {@link #canBecome}, and the first
 * writer wins.
 */
public enum TargetState {
    /** Held by a rollout. */
    PENDING(null),
    /** In the Channel. */
    QUEUED(null),
    /** The slot: emitted, no GO. */
    OFFERED(null),
    /** GO was given. */
    ACCEPTED(null),
    /** The agent said STARTED. */
    RUNNING(null),
    /** Exit 0. */
    SUCCEEDED(Executed.YES),
    /** Exit other than 0, or ended by a signal. */
    FAILED(Executed.YES),
    /** The agent killed it for time. */
    TIMED_OUT(Executed.YES),
    /** Cancelled while running. */
    TERMINATED(Executed.YES),
    /** The agent or its host died after it may have started; no exit code. */
    INTERRUPTED(Executed.UNKNOWN),
    /** Its time in the Channel was over before GO. */
    EXPIRED(Executed.NO),
    /** Evicted by a newer message of a full Channel. */
    DROPPED(Executed.NO),
    /** The agent refused it, or could not exec it. */
    REJECTED(Executed.NO),
    /** Cancelled before it started. */
    CANCELLED(Executed.NO),
    /** The rollout stopped before it. */
    SKIPPED(Executed.NO),
    /** {@code completesBy} passed and the agent told no end; may be revised once by the agent's own late result. */
    LOST(Executed.UNKNOWN);

    private static final Set<TargetState> ENDS_OF_A_RUN =
            EnumSet.of(SUCCEEDED, FAILED, TIMED_OUT, TERMINATED, INTERRUPTED, REJECTED);
    private static final Map<TargetState, Set<TargetState>> NEXT = table();

    private final @Nullable Executed executed;

    TargetState(@Nullable Executed executed) {
        this.executed = executed;
    }

    public boolean isFinal() {
        return executed != null;
    }

    /** Whether the command was started; {@link Executed#UNKNOWN} while the target has no fate. */
    public Executed executed() {
        return executed == null ? Executed.UNKNOWN : executed;
    }

    /** Whether the table allows this transition. A state never becomes itself. */
    public boolean canBecome(TargetState next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /** Whether an agent may report this as the end of a command that got GO. */
    public boolean isEndOfARun() {
        return ENDS_OF_A_RUN.contains(this);
    }

    private static Map<TargetState, Set<TargetState>> table() {
        Map<TargetState, Set<TargetState>> next = new EnumMap<>(TargetState.class);
        next.put(PENDING, EnumSet.of(QUEUED, SKIPPED, CANCELLED));
        next.put(QUEUED, EnumSet.of(OFFERED, EXPIRED, DROPPED, CANCELLED));
        next.put(OFFERED, EnumSet.of(ACCEPTED, REJECTED, QUEUED, EXPIRED, CANCELLED));
        Set<TargetState> fromRunning = EnumSet.copyOf(ENDS_OF_A_RUN);
        fromRunning.add(LOST);
        next.put(RUNNING, fromRunning);
        // QUEUED, EXPIRED and CANCELLED only when the agent proves that it never started.
        Set<TargetState> fromAccepted = EnumSet.copyOf(fromRunning);
        fromAccepted.addAll(EnumSet.of(RUNNING, QUEUED, EXPIRED, CANCELLED));
        next.put(ACCEPTED, fromAccepted);
        next.put(LOST, EnumSet.copyOf(ENDS_OF_A_RUN));
        return next;
    }
}
