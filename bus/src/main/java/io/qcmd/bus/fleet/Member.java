package io.qcmd.bus.fleet;

import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Presence;
import org.jspecify.annotations.Nullable;

/** An enrolled minion in memory. Its monitor guards its session; nothing is called while it is held. */
final class Member implements Roster.Entry {
    private final MinionRecord stored;
    private @Nullable SessionRecord hello;
    private @Nullable Session newest;
    private @Nullable Session session;
    private long since;
    private long lastSeen;

    Member(MinionRecord stored) {
        this.stored = stored;
        this.hello = stored.session();
        this.since = Math.max(stored.enrolledAt(), stored.sessionEndedAt());
        this.lastSeen = stored.sessionEndedAt();
    }

    @Override
    public MinionId id() {
        return stored.id();
    }

    long enrolledAt() {
        return stored.enrolledAt();
    }

    /** As the registry had it when the bus started. */
    MinionRecord stored() {
        return stored;
    }

    /** What the latest HELLO told; null: it was never connected. */
    @Override
    public synchronized @Nullable SessionRecord hello() {
        return hello;
    }

    synchronized @Nullable Session session() {
        return session;
    }

    synchronized Presence presence() {
        return session == null ? Presence.DOWN : Presence.UP;
    }

    synchronized long since() {
        return since;
    }

    synchronized long lastSeen() {
        return session == null ? lastSeen : session.lastSeen();
    }

    /** A session that may become the live one; no older one can. The one that is; null: none. */
    synchronized @Nullable Session arrived(Session fresh) {
        newest = fresh;
        return session;
    }

    /** False: it is not the newest any more, or has ended. */
    synchronized boolean opened(Session fresh, SessionRecord told) {
        if (newest != fresh) {
            return false;
        }
        session = fresh;
        hello = told;
        since = told.openedAt();
        return true;
    }

    /** Whether this was the live session. */
    synchronized boolean closed(Session ended, long at) {
        if (newest == ended) {
            newest = null;
        }
        if (session != ended) {
            return false;
        }
        lastSeen = ended.lastSeen();
        session = null;
        since = at;
        return true;
    }
}
