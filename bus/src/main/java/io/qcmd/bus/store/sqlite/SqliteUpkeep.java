package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.PurgeRule;
import io.qcmd.bus.store.StoreSize;
import io.qcmd.bus.store.Upkeep;
import reactor.core.publisher.Mono;

/** Forgets by the writer, between two commits. */
final class SqliteUpkeep implements Upkeep {
    private final Writer writer;
    private final Readers readers;

    SqliteUpkeep(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public Mono<Boolean> purge(PurgeRule rule) {
        return writer.chore(transaction -> Purge.step(transaction.database(), rule));
    }

    @Override
    public Mono<StoreSize> size() {
        return readers.read(database -> new StoreSize(Purge.used(database), JobTable.oldest(database)));
    }
}
