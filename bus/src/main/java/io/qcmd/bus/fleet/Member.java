package io.qcmd.bus.fleet;

import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.Labels;
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
    private Labels given;
    private Traits traits;
    private @Nullable Session newest;
    private @Nullable Session session;
    private @Nullable Session silent;
    private boolean retired;
    private long clones;
    private long journaled;
    private long since;
    private long lastSeen;
    private @Nullable HealthInfo health;
    private @Nullable Uncontrollable noted;

    /** Enrolled, without a session since {@code goneSince} at least. */
    Member(MinionRecord stored, PresenceSettings settings, long goneSince) {
        this.stored = stored;
        this.condition = new Condition(settings, goneSince, stored.quarantine());
        this.hello = stored.session();
        this.given = stored.labels();
        this.traits = Traits.of(hello, given);
        this.journaled = hello == null ? 0 : hello.journaled();
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
    synchronized @Nullable SessionRecord hello() {
        return hello;
    }

    /** Labels of operators. */
    synchronized Labels given() {
        return given;
    }

    @Override
    public synchronized Traits traits() {
        return traits;
    }

    /** An operator's word. */
    synchronized void label(Labels.Change change) {
        given = given.with(change);
        traits = Traits.of(hello, given);
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

    synchronized Presence presence(long now) {
        return presence(condition.look(now));
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

    /** From now on no session of it becomes the live one; false: one is, or is about to be. */
    synchronized boolean retire() {
        retired = session == null && newest == null;
        return retired;
    }

    /** It is not forgotten after all. */
    synchronized void stay() {
        retired = false;
    }

    /** False: it is not the newest any more, or has ended, or the minion is being forgotten. */
    synchronized boolean opened(Session fresh, SessionRecord told) {
        if (newest != fresh || retired) {
            return false;
        }
        session = fresh;
        hello = told;
        traits = Traits.of(told, given);
        journaled = told.journaled();
        since = told.openedAt();
        condition.opened(since);
        return true;
    }

    /** What the live session told, to the last; null: this was not the live one. */
    synchronized @Nullable SessionRecord closed(Session ended, long at) {
        if (newest == ended) {
            newest = null;
        }
        if (session != ended || hello == null) {
            return null;
        }
        hello = hello.withJournaled(journaled);
        silent = null;
        lastSeen = ended.lastSeen();
        session = null;
        since = at;
        condition.ended(at);
        return hello;
    }

    /** The live session, unless it was silent when it was asked whether it lives. */
    synchronized @Nullable Session maybeAlive() {
        return session == silent ? null : session;
    }

    /** It was asked whether it lives. */
    synchronized void answered(Session asked, boolean alive) {
        if (alive) {
            silent = null;
            clones++;
        } else if (session == asked) {
            silent = asked;
        }
    }

    /** Other agents of this name that were turned away. */
    synchronized long clones() {
        return clones;
    }

    /** The journal has so many records by now. */
    synchronized void journaled(long records) {
        journaled = Math.max(journaled, records);
    }

    /** Whether more records of this epoch were told than these. */
    synchronized boolean knowsMoreThan(String epoch, long records) {
        return hello != null && hello.epoch().equals(epoch) && records < journaled;
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
