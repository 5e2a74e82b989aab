package io.qcmd.bus;

import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.bus.store.sqlite.SqliteSettings;
import io.qcmd.bus.store.sqlite.SqliteStore;
import java.util.function.IntSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The adapter that the config names, behind its ports.
 *
 * @param name for people
 * @param outbox what is to be told to the outside
 * @param queued writes that wait for it
 * @param failed completes with the reason when a commit has failed
 * @param close closes it; nothing may be written after
 */
record Store(
        String name,
        Ledger ledger,
        Registry registry,
        CallbackOutbox outbox,
        IntSupplier queued,
        Mono<Throwable> failed,
        Mono<Void> close) {
    /** Opens it; blocks. */
    static Store open(Keeping settings) {
        if (settings.store() == Keeping.Kind.MEMORY) {
            MemoryStore store = new MemoryStore();
            return new Store("memory", store, store, store.outbox(), () -> 0, Mono.never(), Mono.empty());
        }
        SqliteStore store = SqliteStore.open(settings.data(), limits(settings));
        return new Store(
                "sqlite",
                store.ledger(),
                store.registry(),
                store.outbox(),
                store::queued,
                store.failed(),
                blocking(store::close));
    }

    private static SqliteSettings limits(Keeping settings) {
        SqliteSettings usual = SqliteSettings.DEFAULT;
        return new SqliteSettings(
                settings.storeQueue(),
                usual.readers(),
                settings.storeReadQueue(),
                usual.lockWait(),
                settings.storeBytes(),
                usual.quickCheck());
    }

    private static Mono<Void> blocking(Runnable close) {
        return Mono.<Void>fromRunnable(close).subscribeOn(Schedulers.boundedElastic());
    }
}
