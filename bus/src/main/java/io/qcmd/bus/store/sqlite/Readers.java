package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Answers questions, each from one snapshot: as many threads as connections, and a bounded queue before them. Readers never wait for the writer, nor it for them. */
final class Readers implements AutoCloseable {
    private static final long LAST_READS_SECONDS = 5;
    /** Until it is worth asking again when too many wait. */
    private static final Duration LATER = Duration.ofMillis(200);

    private final BlockingQueue<Database> idle;
    private final ThreadPoolExecutor threads;
    private final Scheduler scheduler;

    /** A question; null: no answer. */
    interface Query<T> {
        @Nullable
        T ask(Database database) throws SQLException;
    }

    Readers(List<Database> databases, int queue) {
        idle = new ArrayBlockingQueue<>(databases.size(), false, databases);
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                databases.size(), databases.size(), 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), task -> {
                    Thread thread = new Thread(task, "qcmd-store-reader-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        // Not at the first question: there may be no more threads by then.
        threads.prestartAllCoreThreads();
        scheduler = Schedulers.fromExecutorService(threads);
    }

    /** Asks on a thread of its own. Too many wait: BUSY. */
    <T> Mono<T> read(Query<T> query) {
        return Mono.<T>fromCallable(() -> ask(query))
                .subscribeOn(scheduler)
                .onErrorMap(RejectedExecutionException.class, e -> rejected());
    }

    /** Finishes what is being read, and closes the connections. */
    @Override
    public void close() throws SQLException {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_READS_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Database database = idle.poll(); database != null; database = idle.poll()) {
            database.close();
        }
    }

    private <T> @Nullable T ask(Query<T> query) {
        // As many connections as threads: there is always one.
        Database database = idle.remove();
        try {
            database.step("BEGIN");
            try {
                return query.ask(database);
            } finally {
                database.step("COMMIT");
            }
        } catch (SQLException e) {
            throw Failure.of(e).told(e);
        } finally {
            idle.add(database);
        }
    }

    private QcmdException rejected() {
        return threads.isShutdown()
                ? new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store: is closed")
                : QcmdException.busy("store: too many reads wait", LATER);
    }
}
