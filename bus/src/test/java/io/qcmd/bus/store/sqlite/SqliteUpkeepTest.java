package io.qcmd.bus.store.sqlite;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.value;
import static io.qcmd.bus.store.Await.values;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.bytes;
import static io.qcmd.bus.store.StoreSamples.fate;
import static io.qcmd.bus.store.StoreSamples.job;
import static io.qcmd.bus.store.StoreSamples.last;
import static io.qcmd.bus.store.StoreSamples.stdout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.JobHead;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.PurgeRule;
import io.qcmd.bus.store.UnfinishedJob;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

class SqliteUpkeepTest {
    private static final long NO_LIMIT = 1L << 40;

    private final SqliteStores stores = new SqliteStores();
    private Path directory = Path.of("");

    @BeforeEach
    void name(@TempDir Path temporary) {
        directory = temporary.resolve("store");
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void jobsThatEndedLongAgo_goWithAllTheirRows_andTheOthersStay() throws SQLException {
        SqliteStore store = stores.open(directory);
        Ledger ledger = store.ledger();
        JobRecord old = ended(ledger, 1);
        JobRecord young = ended(ledger, 2);
        await(ledger.record(job(3), AUDIT));
        Counts counts = value(ledger.fates(young.job()));

        purgeAll(store, byAge(old.acceptedAt() + 1));

        assertThat(values(ledger.newest(9))).extracting(JobHead::order).containsExactly(3L, 2L);
        assertThat(ledger.job(old.job()).blockOptional()).isEmpty();
        assertThat(value(ledger.fates(old.job()))).isEqualTo(new Counts(Map.of()));
        assertThat(value(ledger.page(old.job(), 0, true, Set.of())).fates()).isEmpty();
        assertThat(value(ledger.fates(young.job()))).isEqualTo(counts);
        assertThat(values(ledger.unfinished())).extracting(UnfinishedJob::job).containsExactly(job(3));
        for (String table : List.of("output", "fate", "cancel_wanted", "tally")) {
            assertThat(rows("SELECT count(*) FROM " + table + " WHERE job NOT IN (SELECT no FROM job)"))
                    .as(table)
                    .isZero();
        }
        assertThat(rows("SELECT count(*) FROM job")).isEqualTo(2);
    }

    @Test
    void jobThatLives_isNeverForgotten() {
        SqliteStore store = stores.open(directory);
        await(store.ledger().record(job(1), AUDIT));
        await(store.ledger().append(WEB1, stdout(job(1), 0, bytes(Limits.CHUNK, 'x'))));

        purgeAll(store, new PurgeRule(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0));

        assertThat(values(store.ledger().newest(9))).containsExactly(job(1).head());
    }

    @Test
    @Tag("A43")
    void aboveTheSize_theJobsThatEndedFirstGo_asManyAsAreNeeded_andTheirRoomIsUsedAgain() throws SQLException {
        SqliteStore store = stores.open(directory);
        IntStream.rangeClosed(1, 8).forEach(n -> large(store.ledger(), n));
        long full = value(store.upkeep().size()).used();
        long pages = rows("PRAGMA page_count");

        purgeAll(store, new PurgeRule(0, full / 2, Long.MAX_VALUE, 0));

        assertThat(value(store.upkeep().size()).used())
                .isLessThanOrEqualTo(full / 2)
                .isGreaterThan(full / 4);
        List<Long> kept =
                values(store.ledger().newest(9)).stream().map(JobHead::order).toList();
        assertThat(kept).isEqualTo(List.of(8L, 7L, 6L, 5L, 4L).subList(0, kept.size()));

        IntStream.rangeClosed(11, 14).forEach(n -> large(store.ledger(), n));
        assertThat(rows("PRAGMA page_count")).isLessThanOrEqualTo(pages);
    }

    @Test
    void aboveTheSize_whatEndedAMomentAgo_isSpared() {
        SqliteStore store = stores.open(directory);
        JobRecord first = ended(store.ledger(), 1);
        ended(store.ledger(), 5);

        purgeAll(store, new PurgeRule(0, 0, first.acceptedAt() + 2, 0));

        assertThat(values(store.ledger().newest(9))).extracting(JobHead::order).containsExactly(5L);
    }

    @Test
    void jobThatIsBeingPurged_isGoneForEveryReader_andItsRequestIdIsFree() throws SQLException {
        SqliteStore store = stores.open(directory);
        Ledger ledger = store.ledger();
        JobRecord old = ended(ledger, 1);
        JobRecord late = ended(ledger, 2);
        try (Database database = Database.open(directory.resolve("qcmd.db"), Duration.ofSeconds(9))) {
            // As a crash leaves it, after the first of many steps.
            database.execute("UPDATE job SET ended_at = -ended_at, request_id = 'purged 1' WHERE accepted_as = 1");
        }

        assertThat(values(ledger.newest(9))).extracting(JobHead::order).containsExactly(2L);
        assertThat(ledger.job(old.job()).blockOptional()).isEmpty();
        assertThat(values(ledger.bySuffix(old.job().toString()))).isEmpty();
        assertThat(ledger.byRequestId(old.requestId()).blockOptional()).isEmpty();
        assertThat(ledger.fate(old.job(), WEB1).blockOptional()).isEmpty();
        assertThatThrownBy(() -> await(ledger.settle(fate(old, WEB1, TargetState.EXPIRED))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is not in the store");
        assertThat(value(ledger.record(job(3, old.requestId(), List.of(WEB1)), AUDIT)))
                .isTrue();

        purgeAll(store, byAge(0));
        assertThat(rows("SELECT count(*) FROM fate WHERE job = 1")).isZero();
        assertThat(value(ledger.job(late.job())).job()).isEqualTo(late.job());
    }

    @Test
    void auditRows_goByTheirOwnAge_notWithTheirJobs() throws SQLException {
        SqliteStore store = stores.open(directory);
        JobRecord old = ended(store.ledger(), 1);
        for (int at = 1; at <= 100; at++) {
            await(store.ledger().audit(new AuditRecord(at, "tester", "PING", "all", "")));
        }

        purgeAll(store, byAge(Long.MAX_VALUE));
        assertThat(rows("SELECT count(*) FROM audit")).isEqualTo(102);
        assertThat(store.ledger().job(old.job()).blockOptional()).isEmpty();

        purgeAll(store, new PurgeRule(0, NO_LIMIT, 0, 60));
        assertThat(rows("SELECT min(at) FROM audit")).isEqualTo(61);
        assertThat(rows("SELECT count(*) FROM audit")).isEqualTo(40);
    }

    @Test
    @Tag("A43")
    void fullStore_isRelievedByAPurge_whileFactsWait() {
        SqliteStore store = stores.open(
                directory, new SqliteSettings(100, 1, 100, Duration.ofMillis(10), 2 << 20, Duration.ofSeconds(9)));
        Ledger ledger = store.ledger();
        await(ledger.record(job(99), AUDIT));
        IntStream.rangeClosed(1, 3).forEach(n -> large(ledger, n));
        CompletableFuture<List<Long>> facts = Flux.range(0, 8)
                .flatMap(
                        i -> ledger.append(WEB1, stdout(job(99), (long) i * Limits.CHUNK, bytes(Limits.CHUNK, 'f'))), 8)
                .collectList()
                .toFuture();
        assertThatThrownBy(() -> await(ledger.record(job(100), AUDIT)))
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FULL));
        assertThat(facts).isNotDone();

        purgeAll(store, byAge(Long.MAX_VALUE));

        assertThat(facts.join()).hasSize(8);
        assertThat(value(ledger.record(job(101), AUDIT))).isTrue();
    }

    private static PurgeRule byAge(long endedBefore) {
        return new PurgeRule(endedBefore, NO_LIMIT, 0, 0);
    }

    private static void purgeAll(SqliteStore store, PurgeRule rule) {
        await(store.upkeep().purge(rule).repeat().takeWhile(more -> more).then());
    }

    /** A job with three targets, each with a fate, some output and a wanted cancel. */
    private static JobRecord ended(Ledger ledger, int n) {
        JobRecord job = job(n);
        await(ledger.record(job, AUDIT));
        await(ledger.wantCancel(
                job.job(), List.of(WEB1), CancelWish.PLAIN, new AuditRecord(Long.MAX_VALUE / 2, "", "", "", "")));
        for (MinionId minion : job.minions()) {
            await(ledger.append(minion, stdout(job, 0, bytes(100, 'x'))));
        }
        await(ledger.settle(fate(job, job.minions().get(0), TargetState.EXPIRED)));
        await(ledger.settle(fate(job, job.minions().get(1), TargetState.EXPIRED)));
        await(ledger.settle(last(fate(job, job.minions().get(2), TargetState.EXPIRED))));
        return job;
    }

    /** 512 KiB of output. */
    private static void large(Ledger ledger, int n) {
        JobRecord job = job(n, "large-" + n, List.of(WEB1));
        await(ledger.record(job, AUDIT));
        for (int i = 0; i < 8; i++) {
            await(ledger.append(WEB1, stdout(job, (long) i * Limits.CHUNK, bytes(Limits.CHUNK, 'x'))));
        }
        await(ledger.settle(last(fate(job, WEB1, TargetState.EXPIRED))));
    }

    private long rows(String query) throws SQLException {
        try (Database database = Database.open(directory.resolve("qcmd.db"), Duration.ofSeconds(9))) {
            return database.one(query, row -> row.getLong(1));
        }
    }
}
