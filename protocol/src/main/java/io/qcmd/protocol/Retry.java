package io.qcmd.protocol;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Runs the command of a job once more, as a new job, on those of its minions that ended in one of these states.
 *
 * @param requestId as in {@link Submit}: the same one gives the same new job
 * @param states final ones, one at least
 * @param remark why, over what the job says: see {@link Remark#over}
 */
public record Retry(String requestId, JobId job, Set<TargetState> states, Remark remark) {
    /** Not executed, which is proved: again is the first time. */
    public static final Set<TargetState> MISSING = ends(state -> state.executed() == Executed.NO);
    /** Executed, and told to be no success. */
    public static final Set<TargetState> FAILED = Set.of(TargetState.FAILED, TargetState.TIMED_OUT);
    /** Nobody knows whether they were executed: again may be the second time. */
    public static final Set<TargetState> UNKNOWN = ends(state -> state.executed() == Executed.UNKNOWN);
    /** What is meant when nobody says more: what needs it, and cannot do harm by a second time that nobody asked for. */
    public static final Set<TargetState> USUAL = ends(state -> MISSING.contains(state) || FAILED.contains(state));

    public Retry {
        Submit.checkRequestId(requestId);
        if (states.isEmpty() || !states.stream().allMatch(TargetState::isFinal)) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "states " + states + ": name final ones, one at least");
        }
        states = Collections.unmodifiableSet(EnumSet.copyOf(states));
    }

    private static Set<TargetState> ends(Predicate<TargetState> which) {
        return Arrays.stream(TargetState.values())
                .filter(TargetState::isFinal)
                .filter(which)
                .collect(Collectors.toUnmodifiableSet());
    }
}
