package io.qcmd.simulation;

import io.qcmd.bus.store.SessionRecord;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.MinionId;
import reactor.core.publisher.Mono;

/** Breaks "maybe granted": does not write down who was connected. */
final class ForgetfulStore extends SimulatedStore {
    ForgetfulStore(MemoryStore disk, Life life, Chance chance, Conditions conditions) {
        super(disk, life, chance, conditions);
    }

    @Override
    public Mono<Void> sessionOpened(MinionId minion, SessionRecord session) {
        return Mono.empty();
    }
}
