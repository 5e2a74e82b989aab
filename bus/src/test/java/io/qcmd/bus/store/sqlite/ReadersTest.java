package io.qcmd.bus.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One reader, and what queues while it is busy. */
class ReadersTest {
    private static final int QUEUE = 2;

    private final CountDownLatch released = new CountDownLatch(1);
    private Database writing;
    private Readers readers;

    @BeforeEach
    void open(@TempDir Path directory) throws SQLException, IOException {
        Path file = Files.createFile(directory.resolve("db"));
        writing = Database.open(file, Duration.ofSeconds(2));
        assertThat(writing.pragma("journal_mode = WAL")).isEqualTo("wal");
        writing.execute("CREATE TABLE t (n INTEGER)");
        readers = new Readers(List.of(Database.open(file, Duration.ofSeconds(2))), QUEUE);
    }

    @AfterEach
    void close() throws SQLException {
        released.countDown();
        readers.close();
        writing.close();
    }

    @Test
    void whatQueuedMeanwhile_isAnsweredFromOneSnapshot() throws InterruptedException {
        occupyReader();
        CompletableFuture<Long> first = ask(database -> {
            long rows = rows(database);
            writing.execute("INSERT INTO t VALUES (1)");
            return rows;
        });
        CompletableFuture<Long> second = ask(ReadersTest::rows);
        released.countDown();

        assertThat(first.join()).isZero();
        assertThat(second.join()).isZero();
        assertThat(ask(ReadersTest::rows).join()).isEqualTo(1);
    }

    @Test
    void whatFails_failsAlone() throws InterruptedException {
        occupyReader();
        CompletableFuture<Long> wrong = ask(database -> database.one("SELECT x FROM nothing", row -> row.getLong(1)));
        CompletableFuture<Long> right = ask(ReadersTest::rows);
        released.countDown();

        assertThat(right.join()).isZero();
        assertFails(wrong, ErrorCode.STORE_UNAVAILABLE);
        assertThat(ask(ReadersTest::rows).join()).isZero();
    }

    @Test
    void moreThanMayWait_areToldBusy() throws InterruptedException {
        occupyReader();
        CompletableFuture<Long> first = ask(ReadersTest::rows);
        CompletableFuture<Long> second = ask(ReadersTest::rows);

        assertFails(ask(ReadersTest::rows), ErrorCode.BUSY);
        assertThat(List.of(first, second)).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void close_answersWhatWasAsked_andRefusesTheRest() throws InterruptedException {
        occupyReader();
        CompletableFuture<Long> asked = ask(ReadersTest::rows);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
            try {
                readers.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        released.countDown();

        assertThat(asked.join()).isZero();
        closed.join();
        assertFails(ask(ReadersTest::rows), ErrorCode.STORE_UNAVAILABLE);
    }

    private static void assertFails(CompletableFuture<?> answer, ErrorCode code) {
        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }

    private <T> CompletableFuture<T> ask(Readers.Query<T> query) {
        return readers.read(query).toFuture();
    }

    private static long rows(Database database) throws SQLException {
        return database.one("SELECT count(*) FROM t", row -> row.getLong(1));
    }

    /** Its thread waits inside a question until {@link #released}. */
    private void occupyReader() throws InterruptedException {
        CountDownLatch occupied = new CountDownLatch(1);
        CompletableFuture<Long> answer = ask(database -> {
            occupied.countDown();
            assertThat(released).satisfies(CountDownLatch::await);
            return 0L;
        });
        occupied.await();
        assertThat(answer).isNotDone();
    }
}
