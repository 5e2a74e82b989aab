package io.qcmd.protocol;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * How the targets of a job stand right now.
 *
 * @param states only these; none: all
 */
public record TargetQuery(JobId job, Set<TargetState> states) {
    public TargetQuery {
        Set<TargetState> sorted = EnumSet.noneOf(TargetState.class);
        sorted.addAll(states);
        states = Collections.unmodifiableSet(sorted);
    }
}
