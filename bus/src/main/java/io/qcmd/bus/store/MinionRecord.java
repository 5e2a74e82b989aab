package io.qcmd.bus.store;

import io.qcmd.protocol.MinionId;
import org.jspecify.annotations.Nullable;

/**
 * An enrolled minion. Times are bus time in milliseconds.
 *
 * @param session the latest; null: it was never connected
 * @param sessionEndedAt its recorded end; 0: none is recorded
 */
public record MinionRecord(
        MinionId id, long enrolledAt, @Nullable SessionRecord session, long sessionEndedAt) {
    /** Whether it had a live session at any time since then; one without a recorded end lived until the bus stopped. */
    public boolean liveSince(long time) {
        return session != null && (sessionEndedAt == 0 || sessionEndedAt >= time);
    }
}
