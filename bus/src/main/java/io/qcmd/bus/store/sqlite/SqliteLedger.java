package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.JobHead;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Trail;
import io.qcmd.bus.store.UnfinishedJob;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The ledger over writer and readers. */
final class SqliteLedger implements Ledger {
    private final Writer writer;
    private final Readers readers;

    /** A question about one job, by its number. */
    private interface JobQuery<T> {
        @Nullable
        T ask(Database database, long job) throws SQLException;
    }

    SqliteLedger(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public Mono<Boolean> record(JobRecord job, AuditRecord audit) {
        return writer.request(transaction -> {
            boolean isNew = JobTable.insert(transaction, job);
            if (isNew) {
                AuditTable.insert(transaction, audit);
            }
            FailPoint.BUS_BEFORE_SUBMIT_COMMIT.hit();
            return isNew;
        });
    }

    @Override
    public Mono<JobRecord> byRequestId(String requestId) {
        return readers.read(database -> JobTable.byRequestId(database, requestId));
    }

    @Override
    public Mono<Long> append(MinionId minion, Output output) {
        return writer.fact(transaction -> OutputTable.insert(transaction, minion, output));
    }

    @Override
    public Mono<Long> settle(FateRecord fate) {
        return writer.fact(transaction -> FateTable.insert(transaction, fate));
    }

    @Override
    public Mono<Void> wantCancel(JobId job, List<MinionId> minions, CancelWish wish, AuditRecord audit) {
        return writer.request(transaction -> {
            JobTable.wantCancel(transaction, transaction.job(job), minions, wish);
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Mono<Void> audit(AuditRecord audit) {
        return writer.request(transaction -> {
            AuditTable.insert(transaction, audit);
            return null;
        });
    }

    @Override
    public Mono<JobRecord> job(JobId job) {
        return readers.read(database -> JobTable.byId(database, job));
    }

    @Override
    public Flux<JobHead> bySuffix(String suffix) {
        return readers.read(database -> JobTable.bySuffix(database, suffix)).flatMapIterable(jobs -> jobs);
    }

    @Override
    public Flux<JobHead> newest(long before, int limit) {
        return readers.read(database -> JobTable.newest(database, before, limit))
                .flatMapIterable(jobs -> jobs);
    }

    @Override
    public Mono<Counts> fates(JobId job) {
        return about(job, FateTable::counts).defaultIfEmpty(new Counts(Map.of()));
    }

    @Override
    public Mono<Fate> fate(JobId job, MinionId minion) {
        return about(job, (database, number) -> FateTable.current(database, number, minion));
    }

    @Override
    public Mono<List<Fate>> ends(JobId job, Set<TargetState> states, long after) {
        return about(job, (database, number) -> FateTable.ends(database, number, states, after))
                .defaultIfEmpty(List.of());
    }

    @Override
    public Flux<Trail> trails(JobId job, MinionId minion) {
        return about(job, (database, number) -> FateTable.trails(database, number, minion))
                .flatMapIterable(trails -> trails);
    }

    @Override
    public Mono<Map<Output.Stream, UnfinishedJob.Upload>> uploads(JobId job, MinionId minion) {
        return about(job, (database, number) -> OutputTable.uploads(database, number, minion))
                .defaultIfEmpty(Map.of());
    }

    @Override
    public Mono<ResultPage> page(JobId job, long after, boolean output, Set<MinionId> minions) {
        return readers.read(database -> PageQuery.page(database, job, after, output, minions));
    }

    @Override
    public Flux<UnfinishedJob> unfinished() {
        return readers.read(JobTable::alive)
                .flatMapIterable(numbers -> numbers)
                .concatMap(number -> readers.read(database -> unfinished(database, number)), 1);
    }

    @Override
    public Mono<Long> lastTime() {
        return readers.read(database -> database.one("SELECT last_time FROM meta", row -> row.getLong(1)));
    }

    @Override
    public Mono<String> deployment() {
        return readers.read(database -> database.one("SELECT deployment FROM meta", row -> row.getString(1)));
    }

    private <T> Mono<T> about(JobId job, JobQuery<T> query) {
        return readers.read(database -> {
            Long number = JobTable.number(database, job);
            return number == null ? null : query.ask(database, number);
        });
    }

    private static @Nullable UnfinishedJob unfinished(Database database, long number) throws SQLException {
        JobRecord job = JobTable.byNumber(database, number);
        if (job == null) {
            return null;
        }
        Set<MinionId> settled = FateTable.settled(database, number);
        List<MinionId> open = job.minions().stream()
                .filter(minion -> !settled.contains(minion))
                .toList();
        Map<MinionId, CancelWish> cancelWanted = JobTable.cancelWanted(database, number);
        cancelWanted.keySet().removeAll(settled);
        Map<MinionId, Map<Output.Stream, UnfinishedJob.Upload>> uploads = OutputTable.uploads(database, number);
        uploads.keySet().removeAll(settled);
        return open.isEmpty() ? null : new UnfinishedJob(job, open, cancelWanted, uploads);
    }
}
