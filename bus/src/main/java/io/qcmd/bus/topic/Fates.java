package io.qcmd.bus.topic;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import org.jspecify.annotations.Nullable;

/** Who keeps the states of the targets. Called within a turn of a Topic: must not block. */
public interface Fates {
    /**
     * Asks for a transition; the first writer wins.
     *
     * @param reason why, for people; null where the state says all
     * @return whether this call made the transition; false: the target has another end, or gets it now because a cancel was wanted, and the Channel lets go of it
     */
    boolean move(JobId job, MinionId minion, TargetState next, @Nullable String reason);
}
