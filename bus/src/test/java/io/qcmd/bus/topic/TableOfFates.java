package io.qcmd.bus.topic;

import static java.util.Objects.requireNonNull;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The states of the targets of one minion, held to the table of {@link TargetState}. Thread-safe. */
final class TableOfFates implements Fates {
    private final Map<JobId, TargetState> states = new ConcurrentHashMap<>();
    private final Map<JobId, String> reasons = new ConcurrentHashMap<>();

    @Override
    public boolean move(JobId job, MinionId minion, TargetState next, @Nullable String reason) {
        boolean[] moved = new boolean[1];
        states.computeIfPresent(job, (id, state) -> {
            moved[0] = state.canBecome(next);
            return moved[0] ? next : state;
        });
        if (moved[0] && reason != null) {
            reasons.put(job, reason);
        }
        return moved[0];
    }

    /** What whoever is not the Channel decides. */
    void set(JobId job, TargetState state) {
        states.put(job, state);
    }

    TargetState of(JobId job) {
        return requireNonNull(states.get(job), () -> "unknown " + job);
    }

    @Nullable
    String reason(JobId job) {
        return reasons.get(job);
    }

    SortedMap<JobId, TargetState> all() {
        return new TreeMap<>(states);
    }
}
