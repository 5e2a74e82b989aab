package io.qcmd.bus.store;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import org.jspecify.annotations.Nullable;

/**
 * A final state on its way to the store.
 *
 * @param at bus time in milliseconds
 * @param result what the agent returned; null when no agent decided it
 * @param reason why, where the state does not say all
 * @param last whether this is the last fate of the job: {@code endedAt} of the job becomes {@code at} in the same commit
 * @param late whether it revises LOST
 * @param steps the way to it
 */
public record FateRecord(
        JobId job,
        MinionId minion,
        TargetState state,
        long at,
        @Nullable Return result,
        @Nullable String reason,
        boolean last,
        boolean late,
        Steps steps) {}
