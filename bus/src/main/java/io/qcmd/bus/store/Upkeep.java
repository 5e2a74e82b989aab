package io.qcmd.bus.store;

import reactor.core.publisher.Mono;

/** Keeps a store from growing for ever. Same rules of durability and threads as {@link Ledger}. */
public interface Upkeep {
    /** Of a store that keeps nothing for long. */
    Upkeep NONE = new Upkeep() {
        @Override
        public Mono<Boolean> purge(PurgeRule rule) {
            return Mono.just(false);
        }

        @Override
        public Mono<StoreSize> size() {
            return Mono.empty();
        }
    };

    /**
     * Forgets a little of what is over, in a commit of its own that takes milliseconds: ended jobs, the one that ended first before all others, with output, fates
     * and tally, then audit rows. A job is gone for every reader, and its requestId is free, before the first of its rows is. Without room, or while the store is
     * held by another process: STORE_FULL, STORE_BUSY.
     *
     * @return whether there is more to forget
     */
    Mono<Boolean> purge(PurgeRule rule);

    /** How large the store is; empty: nobody knows. */
    Mono<StoreSize> size();
}
