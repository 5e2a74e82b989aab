package io.qcmd.bus.fleet;

import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import org.jspecify.annotations.Nullable;

/** An enrolled minion in memory. Its monitor guards its session and its condition; nothing is called while it is held. Times are bus time in milliseconds. */
final class Member implements Roster.Entry {
    private final MinionRecord stored;
    private final Condition condition;
    private @Nullable SessionRecord hello;
    private @Nullable Session newest;
    private @Nullable Session session;
    private long since;
    private long lastSeen;
    private @Nullable HealthInfo health;
    private @Nullable Uncontrollable noted;

    /** Enrolled, without a session since {@code goneSince} at least. */
    Member(MinionRecord stored, PresenceSettings settings, long goneSince) {
        this.stored = stored;
        this.condition = new Condition(settings, goneSince, stored.quarantine());
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

    /** Why it is on the list that is left out of runs; null: it is not. */
    synchronized @Nullable Uncontrollable uncontrollable(long now) {
        return condition.look(now);
    }

    /** With what a look has just found. */
    synchronized Presence presence(@Nullable Uncontrollable why) {
        if (why != null) {
            return Presence.UNCONTROLLABLE;
        }
        return session == null ? Presence.DOWN : Presence.UP;
    }

    /** When its session began or ended. */
    synchronized long since() {
        return since;
    }

    /** The latest; null: none came since the bus started. */
    synchronized @Nullable HealthInfo health() {
        return health;
    }

    synchronized long lastSeen() {
        return session == null ? lastSeen : session.lastSeen();
    }

    /** A session that may become the live one; no older one can. The one that is; null: none. */
    synchronized @Nullable Session arrived(Session fresh) {
        newest = fresh;
        return session;
    }

    synchronized boolean isNewest(Session arrived) {
        return newest == arrived;
    }

    /** False: it is not the newest any more, or has ended. */
    synchronized boolean opened(Session fresh, SessionRecord told) {
        if (newest != fresh) {
            return false;
        }
        session = fresh;
        hello = told;
        since = told.openedAt();
        condition.opened(since);
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
        condition.ended(at);
        return true;
    }

    synchronized void offered() {
        condition.offered();
    }

    synchronized void answered() {
        condition.answered();
    }

    synchronized void health(HealthInfo told) {
        health = told;
        condition.health(told, hello == null ? "" : hello.version());
    }

    /** An operator's word; null: it is taken back. */
    synchronized void quarantine(@Nullable Uncontrollable word) {
        condition.quarantine(word);
    }

    synchronized boolean isQuarantined() {
        return condition.isQuarantined();
    }

    /** Whether it came onto the list, left it, or is on it for another reason since this was asked last. */
    synchronized boolean hasNews(long now) {
        Uncontrollable current = condition.look(now);
        Reason before = noted == null ? null : noted.reason();
        Reason after = current == null ? null : current.reason();
        noted = current;
        return before != after;
    }
}
