package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The one thread that writes. Group commit that never waits: it takes everything that was queued while the last commit ran, does it in one transaction, and
 * then answers in the order of the calls. Alone, a write pays one fsync; under load thousands share it.
 *
 * <p>The disk is full, or another process holds the database: the transaction is rolled back, requests fail, facts stay at the front of the queue and are tried
 * again. Anything else is fail-stop: after a failed fsync nobody knows what is on the disk, and a second fsync may lie (Rebello et al., "Can Applications
 * Recover from fsync Failures?", ATC 2020). {@link #failed} tells it first, then this batch and every later write fails.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    /** Between two tries while the disk is full. */
    private static final long PAUSE_MILLIS = 100;
    /** Until it is worth asking again when too many wait. */
    private static final Duration LATER = Duration.ofMillis(200);

    private final Database database;
    private final Inbox inbox;
    private final Thread thread = new Thread(this::run, "qcmd-store-writer");
    private final Sinks.One<Throwable> failed = Sinks.one();
    private final AtomicLong commits = new AtomicLong();
    /** Why nothing more is taken in; null: it runs. */
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    // Owned by the thread.
    private boolean postponing;

    private record Ending(String why, @Nullable Throwable cause) {
        QcmdException told() {
            QcmdException told = new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store: " + why);
            told.initCause(cause);
            return told;
        }
    }

    Writer(Database database, int queue) {
        this.database = database;
        this.inbox = new Inbox(queue);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** A write that somebody asks for: it may fail with STORE_FULL or STORE_BUSY. */
    <T> Mono<T> request(Write.Action<T> action) {
        return write(Write.Kind.REQUEST, action);
    }

    /** A write of what has happened already: it waits until there is room. */
    <T> Mono<T> fact(Write.Action<T> action) {
        return write(Write.Kind.FACT, action);
    }

    /** A write that can as well be done later, in a transaction of its own before what waits; it may fail with STORE_FULL, STORE_BUSY or BUSY. One at a time. */
    <T> Mono<T> chore(Write.Action<T> action) {
        return write(Write.Kind.CHORE, action);
    }

    /** The error that stopped it; empty: it was closed. */
    Mono<Throwable> failed() {
        return failed.asMono();
    }

    /** Transactions so far. */
    long commits() {
        return commits.get();
    }

    /** Writes that wait for the next transaction. */
    int queued() {
        return inbox.size();
    }

    /** Takes nothing more in, writes what is queued, and ends. */
    @Override
    public void close() {
        end(new Ending("is closed", null));
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> Mono<T> write(Write.Kind kind, Write.Action<T> action) {
        return Mono.create(waiting -> {
            Write<T> write = new Write<>(kind, action, waiting);
            if (!inbox.offer(write)) {
                Ending why = ending.get();
                write.fail(why != null ? why.told() : QcmdException.busy("store: too many writes wait", LATER));
            }
        });
    }

    private void end(Ending why) {
        ending.compareAndSet(null, why);
        inbox.close();
    }

    private void run() {
        try {
            for (List<Write<?>> batch = inbox.take(); !batch.isEmpty(); batch = inbox.take()) {
                commit(batch);
            }
            // The last connection to close brings the write-ahead log home.
            database.close();
        } catch (InterruptedException | SQLException e) {
            stop(List.of(), e);
        }
        Ending end = ending.get();
        if (end == null || end.cause == null) {
            answer(() -> failed.tryEmitEmpty().orThrow());
        }
    }

    private void commit(List<Write<?>> batch) throws InterruptedException {
        Transaction transaction = null;
        try {
            transaction = Transaction.begin(database);
            transaction.load();
            for (Write<?> write : batch) {
                write.apply(transaction);
            }
            transaction.commit();
        } catch (SQLException e) {
            giveUp(batch, transaction, e);
            return;
        } catch (RuntimeException | Error e) {
            stop(batch, e);
            return;
        }
        commits.incrementAndGet();
        if (postponing) {
            postponing = false;
            LOG.info("the store writes again");
        }
        batch.forEach(write -> answer(write::complete));
    }

    private void giveUp(List<Write<?>> batch, @Nullable Transaction transaction, SQLException error)
            throws InterruptedException {
        Failure failure = Failure.of(error);
        try {
            if (transaction != null) {
                transaction.rollback();
            }
        } catch (SQLException e) {
            error.addSuppressed(e);
            failure = Failure.DISK;
        }
        if (failure.passes()) {
            postpone(batch, failure, error);
        } else {
            stop(batch, error);
        }
    }

    private void postpone(List<Write<?>> batch, Failure failure, SQLException error) throws InterruptedException {
        if (!postponing) {
            postponing = true;
            LOG.warn("the store cannot write: {}; submits are refused until it can", error.getMessage());
        }
        List<Write<?>> facts =
                batch.stream().filter(write -> write.kind() == Write.Kind.FACT).toList();
        boolean kept = inbox.putBack(facts);
        for (Write<?> write : batch) {
            if (!kept || write.kind() != Write.Kind.FACT) {
                answer(() -> write.fail(failure.told(error)));
            }
        }
        if (!facts.isEmpty()) {
            inbox.pause(PAUSE_MILLIS);
        }
    }

    /** Fail-stop: whoever can end the process hears it first, then nothing is answered but this error. */
    private void stop(List<Write<?>> batch, Throwable error) {
        LOG.error("the store stops, as it is not known what is on the disk", error);
        Ending why = new Ending("has stopped: " + error.getMessage(), error);
        end(why);
        answer(() -> failed.tryEmitValue(error).orThrow());
        for (List<Write<?>> rest = batch; !rest.isEmpty(); rest = inbox.drain()) {
            rest.forEach(write -> answer(() -> write.fail(why.told())));
        }
    }

    /** A subscriber that throws must not end the thread. */
    private static void answer(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a subscriber failed on the store's answer", e);
        }
    }
}
