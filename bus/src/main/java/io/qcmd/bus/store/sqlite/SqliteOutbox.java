package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.CallbackCount;
import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.bus.store.CallbackRecord;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The outbox over writer and readers. What is put in comes with the {@link Transaction} of the fates. */
final class SqliteOutbox implements CallbackOutbox {
    private final Writer writer;
    private final Readers readers;

    private interface Change {
        void apply(Database database) throws SQLException;
    }

    SqliteOutbox(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public Flux<CallbackCount> counts() {
        return readers.read(CallbackTable::counts).flatMapIterable(counts -> counts);
    }

    @Override
    public Flux<CallbackRecord> due(String endpoint, long now, int limit) {
        return readers.read(database -> CallbackTable.due(database, endpoint, now, limit))
                .flatMapIterable(callbacks -> callbacks);
    }

    @Override
    public Mono<Void> delivered(long seq) {
        return change(database -> CallbackTable.delete(database, seq));
    }

    @Override
    public Mono<Void> postpone(long seq, long dueAt) {
        return change(database -> CallbackTable.postpone(database, seq, dueAt));
    }

    @Override
    public Mono<Void> park(long seq, @Nullable AuditRecord audit) {
        return writer.fact(transaction -> {
            CallbackTable.park(transaction.database(), seq);
            if (audit != null) {
                AuditTable.insert(transaction, audit);
            }
            return null;
        });
    }

    @Override
    public Mono<Void> parkOldest(long howMany) {
        return change(database -> CallbackTable.parkOldest(database, howMany));
    }

    @Override
    public Mono<Void> release(long now) {
        return change(database -> CallbackTable.release(database, now));
    }

    private Mono<Void> change(Change change) {
        return writer.fact(transaction -> {
            change.apply(transaction.database());
            return null;
        });
    }
}
