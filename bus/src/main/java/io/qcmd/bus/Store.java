package io.qcmd.bus;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.Restored;
import io.qcmd.bus.store.StoreReport;
import io.qcmd.bus.store.Upkeep;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.bus.store.sqlite.SqliteCare;
import io.qcmd.bus.store.sqlite.SqliteSettings;
import io.qcmd.bus.store.sqlite.SqliteStore;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The adapter that the config names, behind its ports.
 *
 * @param name for people
 * @param outbox what is to be told to the outside
 * @param upkeep keeps it from growing for ever
 * @param queued writes that wait for it
 * @param failed completes with the reason when a commit has failed
 * @param close closes it; nothing may be written after
 */
record Store(
        String name,
        Ledger ledger,
        Registry registry,
        CallbackOutbox outbox,
        Upkeep upkeep,
        IntSupplier queued,
        Mono<Throwable> failed,
        Mono<Void> close) {
    /** Opens it; blocks. */
    static Store open(Keeping settings) {
        if (settings.store() == Keeping.Kind.MEMORY) {
            MemoryStore store = new MemoryStore();
            return new Store("memory", store, store, store.outbox(), Upkeep.NONE, () -> 0, Mono.never(), Mono.empty());
        }
        SqliteStore store = SqliteStore.open(settings.data(), limits(settings));
        return new Store(
                "sqlite",
                store.ledger(),
                store.registry(),
                store.outbox(),
                store.upkeep(),
                store::queued,
                store.failed(),
                blocking(store::close));
    }

    /** Looks through all of a store, whether a bus has it open or not; blocks, as what follows. */
    static StoreReport check(Keeping settings) {
        return SqliteCare.check(directory(settings));
    }

    /** Writes a whole store into a file that is not there yet. */
    static StoreReport backup(Keeping settings, Path file) {
        return SqliteCare.backup(directory(settings), file);
    }

    /** Puts a backup into the place of a store that no bus has open. */
    static Restored restore(Keeping settings, Path file, AuditRecord audit) {
        return SqliteCare.restore(directory(settings), file, audit);
    }

    private static Path directory(Keeping settings) {
        if (settings.store() == Keeping.Kind.MEMORY) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST, "store: memory keeps nothing on the disk", "set store: sqlite");
        }
        return settings.data();
    }

    private static SqliteSettings limits(Keeping settings) {
        SqliteSettings usual = SqliteSettings.DEFAULT;
        return new SqliteSettings(
                settings.storeQueue(),
                usual.readers(),
                settings.storeReadQueue(),
                usual.lockWait(),
                settings.storeBytes(),
                settings.storeCheck());
    }

    private static Mono<Void> blocking(Runnable close) {
        return Mono.<Void>fromRunnable(close).subscribeOn(Schedulers.boundedElastic());
    }
}
