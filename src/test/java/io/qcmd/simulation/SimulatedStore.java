package io.qcmd.simulation;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.JobHead;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.bus.store.Trail;
import io.qcmd.bus.store.UnfinishedJob;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Signal;

/**
 * The store of one life of the bus, on a disk that outlives it. A write waits until the commit before it is through; a commit takes all that wait, takes its time, and
 * is on the disk as a whole or not at all; only then its writes are told. A crash loses what is not on the disk. Reads see the disk alone, a little later.
 */
class SimulatedStore implements Ledger, Registry {
    private static final Duration FULL_AGAIN = Duration.ofMillis(250);

    private final MemoryStore disk;
    private final Life life;
    private final Chance chance;
    private final Conditions conditions;
    private final Deque<Write<?>> waiting = new ArrayDeque<>();
    private boolean committing;
    private boolean broken;

    /** What may happen to a disk. */
    interface Conditions {
        Duration slowestCommit();

        boolean full();

        /** Whether this fsync fails. */
        boolean fails();

        /** A step at which the bus may crash; its life may be over after it. */
        void step(Life life, String what);

        /** A job is on the disk. */
        void recorded(JobId job);

        /** That this minion has a session is on the disk. */
        void connected(MinionId minion);

        /** A fate is on the disk. */
        void settled(FateRecord fate);

        /** The store takes nothing any more, so the bus has to end. */
        void broken(Life life);

        /** The store refused what its caller had decided. */
        void refused(String what, Throwable why);
    }

    /** @param refusable while the disk is full it is refused, and does not wait */
    private record Write<T>(
            String what, boolean refusable, Supplier<Mono<T>> onDisk, MonoSink<T> sink, Runnable durable) {}

    SimulatedStore(MemoryStore disk, Life life, Chance chance, Conditions conditions) {
        this.disk = disk;
        this.life = life;
        this.chance = chance;
        this.conditions = conditions;
    }

    int queued() {
        return waiting.size();
    }

    // Writes.

    private <T> Mono<T> write(String what, boolean refusable, Supplier<Mono<T>> onDisk, Runnable durable) {
        return Mono.create(sink -> {
            conditions.step(life, "before " + what);
            if (life.isOver()) {
                return;
            }
            waiting.add(new Write<>(what, refusable, onDisk, sink, durable));
            if (!committing) {
                begin();
            }
        });
    }

    private void begin() {
        committing = true;
        life.after(chance.upTo(conditions.slowestCommit()), this::commit);
    }

    private void commit() {
        List<Write<?>> batch = new ArrayList<>(waiting);
        waiting.clear();
        if (broken || conditions.fails()) {
            fail(batch);
        } else if (conditions.full()) {
            refuse(batch);
        } else {
            conditions.step(life, "before a commit of " + batch.size());
            if (!life.isOver()) {
                List<Runnable> told = batch.stream().map(this::put).toList();
                conditions.step(life, "after a commit of " + batch.size());
                tell(told.iterator());
            }
        }
    }

    private void tell(Iterator<Runnable> told) {
        while (told.hasNext() && !life.isOver()) {
            told.next().run();
            conditions.step(life, "within the news of a commit");
        }
        next();
    }

    private void next() {
        committing = false;
        if (!waiting.isEmpty() && !life.isOver()) {
            begin();
        }
    }

    private <T> Runnable put(Write<T> write) {
        Signal<T> result = write.onDisk().get().materialize().block();
        if (result == null || result.isOnError()) {
            Throwable why = Objects.requireNonNull(result == null ? new AssertionError() : result.getThrowable());
            return () -> {
                conditions.refused(write.what(), why);
                write.sink().error(why);
            };
        }
        write.durable().run();
        return () -> write.sink().success(result.get());
    }

    private void refuse(List<Write<?>> batch) {
        for (Write<?> write : batch) {
            if (write.refusable()) {
                write.sink().error(new QcmdException(ErrorCode.STORE_FULL, "store: its disk is full"));
            }
        }
        List<Write<?>> rest = new ArrayList<>(
                batch.stream().filter(write -> !write.refusable()).toList());
        rest.addAll(waiting);
        waiting.clear();
        waiting.addAll(rest);
        life.after(FULL_AGAIN, this::next);
    }

    /** Nobody knows whether it is on the disk before the next life reads it; nothing may be told any more. */
    private void fail(List<Write<?>> batch) {
        if (!broken && chance.is(0.5)) {
            life.onEnd(() -> batch.forEach(this::put));
        }
        broken = true;
        batch.forEach(write ->
                write.sink().error(new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store: a commit has failed")));
        conditions.broken(life);
        next();
    }

    private Mono<Void> promised(String what, Supplier<Mono<Void>> onDisk) {
        return write(what, false, onDisk, () -> {});
    }

    private Mono<Void> asked(String what, Supplier<Mono<Void>> onDisk) {
        return write(what, true, onDisk, () -> {});
    }

    @Override
    public Mono<Boolean> record(JobRecord job, AuditRecord audit) {
        return write("record", true, () -> disk.record(job, audit), () -> conditions.recorded(job.job()));
    }

    @Override
    public Mono<Long> append(MinionId minion, Output output) {
        return write("append", false, () -> disk.append(minion, output), () -> {});
    }

    @Override
    public Mono<Long> settle(FateRecord fate) {
        return write("settle", false, () -> disk.settle(fate), () -> conditions.settled(fate));
    }

    @Override
    public Mono<Void> wantCancel(JobId job, List<MinionId> minions, CancelWish wish, AuditRecord audit) {
        return asked("cancel", () -> disk.wantCancel(job, minions, wish, audit));
    }

    @Override
    public Mono<Void> audit(AuditRecord audit) {
        return asked("audit", () -> disk.audit(audit));
    }

    @Override
    public Mono<Void> enrol(MinionId minion, long at, AuditRecord audit) {
        return asked("enrol", () -> disk.enrol(minion, at, audit));
    }

    @Override
    public Mono<Void> sessionOpened(MinionId minion, SessionRecord session) {
        return write("session", true, () -> disk.sessionOpened(minion, session), () -> conditions.connected(minion));
    }

    @Override
    public Mono<Void> sessionEnded(MinionId minion, SessionRecord session, long at) {
        return promised("session's end", () -> disk.sessionEnded(minion, session, at));
    }

    @Override
    public Mono<Void> sessionsEnded(long at) {
        return promised("sessions' ends", () -> disk.sessionsEnded(at));
    }

    @Override
    public Mono<Void> quarantine(List<MinionId> minions, @Nullable Uncontrollable word, AuditRecord audit) {
        return asked("quarantine", () -> disk.quarantine(minions, word, audit));
    }

    @Override
    public Mono<Void> remove(MinionId minion, AuditRecord audit) {
        return asked("remove", () -> disk.remove(minion, audit));
    }

    @Override
    public Mono<Void> label(List<MinionId> minions, Labels.Change change, AuditRecord audit) {
        return asked("label", () -> disk.label(minions, change, audit));
    }

    @Override
    public Mono<Void> setGroup(Group group, AuditRecord audit) {
        return asked("group", () -> disk.setGroup(group, audit));
    }

    @Override
    public Mono<Void> removeGroup(String name, AuditRecord audit) {
        return asked("group", () -> disk.removeGroup(name, audit));
    }

    // Reads.

    private <T> Mono<T> read(Supplier<Mono<T>> question) {
        return Mono.create(sink -> life.after(chance.upTo(conditions.slowestCommit()), () -> {
            Signal<T> answer = question.get().materialize().block();
            if (answer != null && answer.isOnNext()) {
                sink.success(answer.get());
            } else {
                sink.success();
            }
        }));
    }

    private <T> Flux<T> rows(Supplier<Flux<T>> question) {
        return read(() -> question.get().collectList()).flatMapIterable(rows -> rows);
    }

    @Override
    public Mono<JobRecord> byRequestId(String requestId) {
        return read(() -> disk.byRequestId(requestId));
    }

    @Override
    public Mono<JobRecord> job(JobId job) {
        return read(() -> disk.job(job));
    }

    @Override
    public Flux<JobHead> bySuffix(String suffix) {
        return rows(() -> disk.bySuffix(suffix));
    }

    @Override
    public Flux<JobHead> newest(long before, int limit) {
        return rows(() -> disk.newest(before, limit));
    }

    @Override
    public Mono<Counts> fates(JobId job) {
        return read(() -> disk.fates(job));
    }

    @Override
    public Mono<Fate> fate(JobId job, MinionId minion) {
        return read(() -> disk.fate(job, minion));
    }

    @Override
    public Mono<List<Fate>> ends(JobId job, Set<TargetState> states, long after) {
        return read(() -> disk.ends(job, states, after));
    }

    @Override
    public Flux<Trail> trails(JobId job, MinionId minion) {
        return rows(() -> disk.trails(job, minion));
    }

    @Override
    public Mono<Map<Output.Stream, Upload>> uploads(JobId job, MinionId minion) {
        return read(() -> disk.uploads(job, minion));
    }

    @Override
    public Mono<ResultPage> page(JobId job, long after, boolean output, Set<MinionId> minions) {
        return read(() -> disk.page(job, after, output, minions));
    }

    @Override
    public Flux<UnfinishedJob> unfinished() {
        return rows(disk::unfinished);
    }

    @Override
    public Mono<Long> lastTime() {
        return read(disk::lastTime);
    }

    @Override
    public Mono<String> deployment() {
        return read(disk::deployment);
    }

    @Override
    public Flux<MinionRecord> minions() {
        return rows(disk::minions);
    }

    @Override
    public Flux<Group> groups() {
        return rows(disk::groups);
    }
}
