package io.qcmd.bus.store;

import io.qcmd.protocol.Group;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Who is enrolled, when each minion was last connected, and the saved targets. Same rules of durability, order and threads as {@link Ledger}; what cannot be (a minion enrolled
 * twice, a session of one that is not enrolled) fails with IllegalStateException, alone.
 */
public interface Registry {
    /** Enrols a minion, with its audit row; it must not be enrolled. */
    Mono<Void> enrol(MinionId minion, long at, AuditRecord audit);

    /** Forgets a minion, with its audit row, so that it may be enrolled again; what its jobs came to stays. One that is not there is forgotten already. */
    Mono<Void> remove(MinionId minion, AuditRecord audit);

    /** All enrolled minions, with their latest session. */
    Flux<MinionRecord> minions();

    /**
     * Records that a session of this minion lives, with what HELLO told; before its first offer. Refused where there is no room for it, as a submit is: its agent
     * would not wait for long, and comes again.
     */
    Mono<Void> sessionOpened(MinionId minion, SessionRecord session);

    /**
     * Records its end, with what was told last; may come late: a session without an end counts as live until the bus stopped. An end that is not later than the start of the recorded
     * session is one of an older session, and changes nothing.
     */
    Mono<Void> sessionEnded(MinionId minion, SessionRecord session, long at);

    /** Records this end for every session that began by then and has none: when a bus starts, those of the bus before. */
    Mono<Void> sessionsEnded(long at);

    /**
     * Sets an operator's word for these minions, with its audit row; all of them or none.
     *
     * @param word null: it is taken back
     */
    Mono<Void> quarantine(List<MinionId> minions, @Nullable Uncontrollable word, AuditRecord audit);

    /** Changes the labels that operators gave these minions, with its audit row; all of them or none. More than a minion may have: LIMIT_EXCEEDED. */
    Mono<Void> label(List<MinionId> minions, Labels.Change change, AuditRecord audit);

    /** Saves a target, in place of an older one of that name, with its audit row. */
    Mono<Void> setGroup(Group group, AuditRecord audit);

    /** Forgets a saved target, with its audit row; one that is not there is forgotten already. */
    Mono<Void> removeGroup(String name, AuditRecord audit);

    /** All saved targets, in order of their names. */
    Flux<Group> groups();
}
