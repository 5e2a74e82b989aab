package io.qcmd.bus.store.sqlite;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.value;
import static io.qcmd.bus.store.Await.values;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.bytes;
import static io.qcmd.bus.store.StoreSamples.done;
import static io.qcmd.bus.store.StoreSamples.fate;
import static io.qcmd.bus.store.StoreSamples.job;
import static io.qcmd.bus.store.StoreSamples.session;
import static io.qcmd.bus.store.StoreSamples.stdout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.StoreSamples;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class SqliteWriterTest {
    private static final Duration LOCK_WAIT = Duration.ofMillis(10);

    private final SqliteStores stores = new SqliteStores();
    private final CountDownLatch released = new CountDownLatch(1);
    private Path directory = Path.of("");

    @BeforeEach
    void name(@TempDir Path temporary) {
        directory = temporary.resolve("store");
    }

    @AfterEach
    void close() {
        released.countDown();
        stores.close();
    }

    @Test
    void writesThatWaitTogether_shareOneCommit() throws InterruptedException {
        SqliteStore store = stores.open(directory);
        await(store.ledger().record(job(1), AUDIT));
        occupyWriter(store);
        long before = store.commits();

        CompletableFuture<List<Long>> seqs = Flux.range(0, 1_000)
                .flatMap(i -> store.ledger().append(WEB1, stdout(job(1), i, Bytes.utf8("x"))), 1_000)
                .collectList()
                .toFuture();
        released.countDown();

        assertThat(seqs.join()).hasSize(1_000).isSorted();
        assertThat(store.commits() - before).isEqualTo(1);
    }

    @Test
    void refusedWrite_leavesTheRestOfItsCommitAlone() throws InterruptedException {
        SqliteStore store = stores.open(directory);
        Ledger ledger = store.ledger();
        JobRecord job = job(1);
        await(ledger.record(job, AUDIT));
        occupyWriter(store);
        long before = store.commits();

        CompletableFuture<Long> first =
                ledger.settle(fate(job, WEB1, TargetState.EXPIRED)).toFuture();
        CompletableFuture<Long> second = ledger.settle(done(job, WEB1, false)).toFuture();
        CompletableFuture<Long> unknown =
                ledger.settle(done(job(9), WEB1, false)).toFuture();
        CompletableFuture<Long> other =
                ledger.append(WEB1, stdout(job, 0, Bytes.utf8("x"))).toFuture();
        released.countDown();

        assertThat(first.join()).isEqualTo(1);
        assertThat(other.join()).isEqualTo(2);
        assertThat(second)
                .failsWithin(Duration.ofSeconds(9))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalStateException.class);
        assertThat(unknown)
                .failsWithin(Duration.ofSeconds(9))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.commits() - before).isEqualTo(1);
    }

    @Test
    void fullQueue_refusesWithBusy_andWritesNothing() throws InterruptedException {
        SqliteStore store = stores.open(directory, settings(2, 1L << 40));
        occupyWriter(store);
        CompletableFuture<Boolean> first = store.ledger().record(job(1), AUDIT).toFuture();
        CompletableFuture<Boolean> second = store.ledger().record(job(2), AUDIT).toFuture();

        assertFails(store.ledger().record(job(3), AUDIT), ErrorCode.BUSY);
        released.countDown();

        assertThat(first.join()).isTrue();
        assertThat(second.join()).isTrue();
        assertThat(store.ledger().job(job(3).job()).block()).isNull();
        assertThat(value(store.ledger().record(job(3), AUDIT))).isTrue();
    }

    @Test
    void fullQueue_stillTakesWhatHasHappened() throws InterruptedException {
        SqliteStore store = stores.open(directory, settings(2, 1L << 40));
        JobRecord job = job(1);
        await(store.ledger().record(job, AUDIT));
        occupyWriter(store);
        CompletableFuture<Void> first = store.ledger().audit(AUDIT).toFuture();
        CompletableFuture<Void> second = store.ledger().audit(AUDIT).toFuture();

        CompletableFuture<Long> settled =
                store.ledger().settle(done(job, WEB1, false)).toFuture();
        released.countDown();

        assertThat(settled.join()).isPositive();
        CompletableFuture.allOf(first, second).join();
    }

    @Test
    void subscriberThatThrows_doesNotStopTheWriter() {
        Ledger ledger = stores.open(directory).ledger();

        assertThatThrownBy(() -> await(ledger.audit(AUDIT).doOnSuccess(nothing -> {
                    throw new IllegalArgumentException("of the subscriber");
                })))
                .hasMessage("of the subscriber");

        assertThat(value(ledger.record(job(1), AUDIT))).isTrue();
    }

    @Test
    void databaseLockedByAnother_refusesSubmits_andKeepsFates() throws SQLException {
        Ledger ledger = stores.open(directory, settings(100, 1L << 40)).ledger();
        JobRecord job = job(1);
        await(ledger.record(job, AUDIT));

        CompletableFuture<Long> settled;
        try (Database other = Database.open(directory.resolve("qcmd.db"), Duration.ZERO)) {
            other.execute("BEGIN IMMEDIATE");
            settled = ledger.settle(done(job, WEB1, false)).toFuture();
            assertFails(ledger.record(job(2), AUDIT), ErrorCode.STORE_BUSY);
            assertThat(ledger.job(job.job()).block()).as("reads go on").isEqualTo(job);
            assertThat(settled).isNotDone();
        }

        assertThat(settled.join()).isEqualTo(1);
        assertThat(value(ledger.record(job(2), AUDIT))).isTrue();
    }

    /** Its agent would not wait for it, and comes again: what it leaves behind each time must not add up. */
    @Test
    void session_isRefused_andLeavesNothingBehind() throws SQLException {
        SqliteStore store = stores.open(directory, settings(100, 1L << 40));
        Registry registry = store.registry();
        await(registry.enrol(WEB1, 5, AUDIT));
        try (Database other = Database.open(directory.resolve("qcmd.db"), Duration.ZERO)) {
            other.execute("BEGIN IMMEDIATE");

            assertFails(registry.sessionOpened(WEB1, session(6)), ErrorCode.STORE_BUSY);

            assertThat(store.queued()).isZero();
        }
        await(registry.sessionOpened(WEB1, session(7)));
        assertThat(values(registry.minions())).extracting(MinionRecord::session).containsExactly(session(7));
    }

    @Test
    void fullDisk_refusesSubmits_andKeepsOutput_untilThereIsRoom() throws SQLException {
        Ledger ledger = stores.open(directory, settings(100, 1 << 20)).ledger();
        JobRecord large = withScript(job(1));
        await(ledger.record(large, AUDIT));
        assertFails(ledger.record(withScript(job(2)), AUDIT), ErrorCode.STORE_FULL);
        assertThat(value(ledger.job(large.job()))).as("reads go on").isEqualTo(large);

        CompletableFuture<List<Long>> kept = Flux.range(0, 8)
                .flatMap(i -> ledger.append(WEB1, stdout(large, (long) i * Limits.CHUNK, bytes(Limits.CHUNK, 'x'))), 8)
                .collectList()
                .toFuture();
        assertFails(ledger.record(withScript(job(2)), AUDIT), ErrorCode.STORE_FULL);
        try (Database other = Database.open(directory.resolve("qcmd.db"), Duration.ofSeconds(9))) {
            other.execute("UPDATE job SET command = x''");
        }

        assertThat(kept.join()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(value(ledger.record(job(3), AUDIT))).isTrue();
    }

    @Test
    void anyOtherFailureOfACommit_isTheLast() throws SQLException {
        SqliteStore store = stores.open(directory);
        Ledger ledger = store.ledger();
        JobRecord job = job(1);
        await(ledger.record(job, AUDIT));
        try (Database other = Database.open(directory.resolve("qcmd.db"), Duration.ofSeconds(9))) {
            other.execute("DROP TABLE output");
        }

        assertFails(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("x"))), ErrorCode.STORE_UNAVAILABLE);

        assertThat(value(store.failed())).hasMessageContaining("output");
        assertFails(ledger.audit(AUDIT), ErrorCode.STORE_UNAVAILABLE);
        assertFails(ledger.record(job(2), AUDIT), ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void close_writesWhatIsQueued() throws InterruptedException {
        SqliteStore store = stores.open(directory);
        await(store.ledger().record(job(1), AUDIT));
        occupyWriter(store);
        CompletableFuture<Long> settled =
                store.ledger().settle(done(job(1), WEB1, false)).toFuture();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(store::close);
        released.countDown();

        assertThat(settled.join()).isEqualTo(1);
        closed.join();
        assertThat(store.failed().blockOptional()).isEmpty();
        assertThat(stores.open(directory).ledger().fate(job(1).job(), WEB1).block())
                .isNotNull();
    }

    @Test
    void closedStore_refusesEverything() {
        SqliteStore store = stores.open(directory);
        store.close();

        assertFails(store.ledger().record(job(1), AUDIT), ErrorCode.STORE_UNAVAILABLE);
        assertFails(store.ledger().job(job(1).job()), ErrorCode.STORE_UNAVAILABLE);
    }

    @Test
    void signals_comeOnTheStoresOwnThreads() {
        SqliteStore store = stores.open(directory);

        String writing = value(store.ledger()
                .record(job(1), AUDIT)
                .map(done -> Thread.currentThread().getName()));
        String reading = value(store.ledger()
                .job(job(1).job())
                .map(job -> Thread.currentThread().getName()));

        assertThat(writing).isEqualTo("qcmd-store-writer");
        assertThat(reading).startsWith("qcmd-store-reader-");
    }

    /** The writer's thread waits inside an answer until {@link #released}: what is written meanwhile queues up. */
    private void occupyWriter(SqliteStore store) throws InterruptedException {
        CountDownLatch occupied = new CountDownLatch(1);
        CompletableFuture<Void> answer = store.ledger()
                .audit(AUDIT)
                .doOnSuccess(nothing -> {
                    occupied.countDown();
                    assertThat(released).satisfies(CountDownLatch::await);
                })
                .toFuture();
        occupied.await();
        assertThat(answer).isNotDone();
    }

    private static void assertFails(Mono<?> write, ErrorCode code) {
        assertThatThrownBy(() -> await(write))
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }

    private static SqliteSettings settings(int queue, long maxBytes) {
        return new SqliteSettings(queue, 1, 100, LOCK_WAIT, maxBytes, Duration.ofSeconds(9));
    }

    private static JobRecord withScript(JobRecord job) {
        return StoreSamples.withCommand(job, Command.script(bytes(Limits.SCRIPT, '#'), List.of()));
    }
}
