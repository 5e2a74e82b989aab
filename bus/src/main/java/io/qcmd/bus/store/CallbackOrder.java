package io.qcmd.bus.store;

import io.qcmd.protocol.TargetState;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whom a job calls back, and when. Fixed as the job is accepted, so that its ends are judged by the rules that held when somebody asked for it.
 *
 * @param endpoint its name in bus.yaml
 * @param ends which ends it is told of; {@link #ALWAYS} are among them
 */
public record CallbackOrder(String endpoint, Set<TargetState> ends) {
    /** Ends that came by time alone: nobody else may be there to see them. */
    public static final Set<TargetState> ALWAYS =
            Collections.unmodifiableSet(EnumSet.of(TargetState.EXPIRED, TargetState.TIMED_OUT, TargetState.LOST));

    public CallbackOrder {
        Set<TargetState> all = EnumSet.copyOf(ALWAYS);
        all.addAll(ends);
        ends = Collections.unmodifiableSet(all);
    }

    /** Whoever heard of LOST hears the late truth too. */
    boolean wants(FateRecord fate) {
        return fate.late() || ends.contains(fate.state());
    }
}
