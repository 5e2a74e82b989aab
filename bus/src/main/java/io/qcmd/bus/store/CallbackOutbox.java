package io.qcmd.bus.store;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Callbacks until an endpoint has taken them. {@link Ledger#settle} puts them in, in the commit of the fates that they tell of, as the {@link CallbackOrder} of the
 * job says. Same rules of durability, order and threads as {@link Ledger}. A callback that is not there is delivered: to change it changes nothing.
 */
public interface CallbackOutbox {
    /** How many there are of each endpoint that has any. */
    Flux<CallbackCount> counts();

    /** Those of an endpoint that wait and are due, the longest due first. */
    Flux<CallbackRecord> due(String endpoint, long now, int limit);

    /** Forgets it: an endpoint has taken it. */
    Mono<Void> delivered(long seq);

    /** A try failed; it waits until then for the next one. */
    Mono<Void> postpone(long seq, long dueAt);

    /** It is kept, and not tried; with an audit row where the try was against a rule. */
    Mono<Void> park(long seq, @Nullable AuditRecord audit);

    /** Parks the oldest of those that wait, so many of them. */
    Mono<Void> parkOldest(long howMany);

    /** All that are parked wait again, and are due. */
    Mono<Void> release(long now);
}
