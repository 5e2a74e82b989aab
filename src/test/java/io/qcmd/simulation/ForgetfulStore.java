package io.qcmd.simulation;

import io.qcmd.bus.store.SessionRecord;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.MinionId;
import reactor.core.publisher.Mono;

/** Breaks "maybe granted": does not write down who was connected, or not that who was connected is not any more. */
final class ForgetfulStore extends SimulatedStore {
    private final Mutation missing;

    ForgetfulStore(MemoryStore disk, Life life, Chance chance, Conditions conditions, Mutation missing) {
        super(disk, life, chance, conditions);
        this.missing = missing;
    }

    @Override
    public Mono<Void> sessionOpened(MinionId minion, SessionRecord session) {
        return missing == Mutation.NO_MAYBE_GRANTED ? Mono.empty() : super.sessionOpened(minion, session);
    }

    @Override
    public Mono<Void> sessionsEnded(long at) {
        return missing == Mutation.NO_ENDS_OF_SESSIONS ? Mono.empty() : super.sessionsEnded(at);
    }
}
