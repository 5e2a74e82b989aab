package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Answers questions: as many threads as connections, and a bounded queue before them. As the writer does, a reader takes together what was asked while it was busy: a
 * snapshot costs as much as a small answer, and a commit wakes many who ask the same of it. Readers never wait for the writer, nor it for them.
 */
final class Readers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
    /** Questions that share a snapshot; they are answered when the last one is. */
    private static final int TOGETHER = 16;

    private static final long LAST_READS_SECONDS = 5;
    /** Until it is worth asking again when too many wait. */
    private static final Duration LATER = Duration.ofMillis(200);

    private final BlockingQueue<Question<?>> asked;
    private final List<Reader> readers = new ArrayList<>();
    private volatile boolean closed;

    /** A question; null: no answer. */
    interface Query<T> {
        @Nullable
        T ask(Database database) throws SQLException;
    }

    Readers(List<Database> databases, int queue) {
        asked = new LinkedBlockingQueue<>(queue);
        for (Database database : databases) {
            readers.add(new Reader(database, readers.size() + 1));
        }
        readers.forEach(Thread::start);
    }

    /** Asks on a thread of its own. Too many wait: BUSY. */
    <T> Mono<T> read(Query<T> query) {
        return Mono.create(waiting -> {
            Question<T> question = new Question<>(query, waiting);
            // Whoever comes while the last ones are answered may find nobody who takes it out again.
            if (closed || !asked.offer(question) || closed && asked.remove(question)) {
                waiting.error(rejected());
            }
        });
    }

    /** Finishes what was asked, and closes the connections. */
    @Override
    public void close() throws SQLException {
        closed = true;
        readers.forEach(Thread::interrupt);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_READS_SECONDS);
        try {
            for (Reader reader : readers) {
                reader.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Reader reader : readers) {
            if (!reader.isAlive()) {
                reader.database.close();
            }
        }
    }

    private QcmdException rejected() {
        return closed
                ? new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store: is closed")
                : QcmdException.busy("store: too many reads wait", LATER);
    }

    /** One question and who waits for the answer. */
    private static final class Question<T> {
        private final Query<T> query;
        private final MonoSink<T> waiting;
        private @Nullable T answer;
        private @Nullable Throwable failure;

        Question(Query<T> query, MonoSink<T> waiting) {
            this.query = query;
            this.waiting = waiting;
        }

        void ask(Database database) {
            try {
                answer = query.ask(database);
            } catch (SQLException e) {
                fail(e);
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }

        void fail(SQLException error) {
            failure = Failure.of(error).told(error);
        }

        void answer() {
            try {
                if (failure != null) {
                    waiting.error(failure);
                } else {
                    waiting.success(answer);
                }
            } catch (RuntimeException | Error e) {
                LOG.error("a subscriber failed on the store's answer", e);
            }
        }
    }

    /** A thread with a connection of its own. */
    private final class Reader extends Thread {
        private final Database database;

        Reader(Database database, int number) {
            super("qcmd-store-reader-" + number);
            this.database = database;
            setDaemon(true);
        }

        @Override
        public void run() {
            List<Question<?>> together = new ArrayList<>(TOGETHER);
            for (Question<?> first = next(); first != null; first = next()) {
                together.add(first);
                asked.drainTo(together, TOGETHER - 1);
                read(together);
                together.forEach(Question::answer);
                together.clear();
            }
        }

        /** Null: closed, and there is nothing left. */
        private @Nullable Question<?> next() {
            while (!closed) {
                try {
                    return asked.take();
                } catch (InterruptedException e) {
                    // It is being closed.
                }
            }
            return asked.poll();
        }

        private void read(List<Question<?>> together) {
            try {
                database.step("BEGIN");
                try {
                    together.forEach(question -> question.ask(database));
                } finally {
                    database.step("COMMIT");
                }
            } catch (SQLException e) {
                together.forEach(question -> question.fail(e));
            }
        }
    }
}
