package io.qcmd.bus.store;

import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import org.jspecify.annotations.Nullable;

/**
 * An enrolled minion. Times are bus time in milliseconds.
 *
 * @param session the latest; null: it was never connected
 * @param sessionEndedAt its recorded end; 0: none is recorded
 * @param quarantine an operator's word; null: there is none
 * @param labels of operators
 */
public record MinionRecord(
        MinionId id,
        long enrolledAt,
        @Nullable SessionRecord session,
        long sessionEndedAt,
        @Nullable Uncontrollable quarantine,
        Labels labels) {

    /** Just enrolled. */
    public static MinionRecord enrolled(MinionId id, long at) {
        return new MinionRecord(id, at, null, 0, null, Labels.NONE);
    }

    /** With this as its latest session, which has not ended yet. */
    public MinionRecord withSession(SessionRecord latest) {
        return new MinionRecord(id, enrolledAt, latest, 0, quarantine, labels);
    }

    /** With the end of its latest session, and what that told last. */
    public MinionRecord withEnded(SessionRecord latest, long at) {
        return new MinionRecord(id, enrolledAt, latest, at, quarantine, labels);
    }

    /** With this end for a session that began by then and has none. */
    public MinionRecord endedBy(long at) {
        return session == null || sessionEndedAt != 0 || session.openedAt() > at ? this : withEnded(session, at);
    }

    public MinionRecord withQuarantine(@Nullable Uncontrollable word) {
        return new MinionRecord(id, enrolledAt, session, sessionEndedAt, word, labels);
    }

    public MinionRecord withLabels(Labels given) {
        return new MinionRecord(id, enrolledAt, session, sessionEndedAt, quarantine, given);
    }

    /** Whether it had a live session at any time since then; one without a recorded end lived until the bus stopped. */
    public boolean liveSince(long time) {
        return session != null && (sessionEndedAt == 0 || sessionEndedAt >= time);
    }
}
