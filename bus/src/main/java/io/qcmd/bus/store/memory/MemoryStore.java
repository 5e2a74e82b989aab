package io.qcmd.bus.store.memory;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.CallbackBuilder;
import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.JobHead;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.PageBuilder;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.bus.store.Trail;
import io.qcmd.bus.store.UnfinishedJob;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Group;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** All ports in memory, without limits. "Durable" here means: seen by every later read. A write takes effect when its Mono is subscribed to. Thread-safe. */
public final class MemoryStore implements Ledger, Registry {
    private final Scheduler signals;

    // Guarded by this.
    private final Map<JobId, MemoryJob> jobs = new LinkedHashMap<>();
    private final Map<String, JobId> requests = new HashMap<>();
    private final Map<MinionId, MinionRecord> minions = new LinkedHashMap<>();
    private final Map<String, Group> groups = new TreeMap<>();
    private final List<AuditRecord> audits = new ArrayList<>();
    private final MemoryOutbox outbox = new MemoryOutbox(this::turn, this::keep);
    private long lastSeq;
    private long lastTime;

    /** Signals come on the thread that subscribes. */
    public MemoryStore() {
        this(Schedulers.immediate());
    }

    /** Signals come on this scheduler. */
    public MemoryStore(Scheduler signals) {
        this.signals = signals;
    }

    /** The audit rows so far, oldest first. */
    public synchronized List<AuditRecord> audits() {
        return List.copyOf(audits);
    }

    /** The callbacks of the jobs in here. */
    public CallbackOutbox outbox() {
        return outbox;
    }

    @Override
    public Mono<Boolean> record(JobRecord job, AuditRecord audit) {
        return turn(() -> {
            if (requests.containsKey(job.requestId())) {
                return false;
            }
            if (jobs.putIfAbsent(job.job(), new MemoryJob(job)) != null) {
                throw new IllegalStateException("job " + job.job() + ": is stored already");
            }
            requests.put(job.requestId(), job.job());
            keep(audit);
            carry(job.acceptedAt());
            return true;
        });
    }

    @Override
    public Mono<JobRecord> byRequestId(String requestId) {
        return turn(() -> {
            JobId job = requests.get(requestId);
            return job == null ? null : known(job).record();
        });
    }

    @Override
    public Mono<Long> append(MinionId minion, Output output) {
        return turn(() -> {
            known(output.job()).append(lastSeq + 1, minion, output);
            return ++lastSeq;
        });
    }

    @Override
    public Mono<Long> settle(FateRecord fate) {
        return turn(() -> {
            MemoryJob job = known(fate.job());
            job.settle(lastSeq + 1, fate);
            carry(fate.at());
            callBack(job.record(), fate);
            return ++lastSeq;
        });
    }

    @Override
    public Mono<Void> wantCancel(JobId job, List<MinionId> named, CancelWish wish, AuditRecord audit) {
        return run(() -> {
            known(job).wantCancel(named, wish);
            keep(audit);
        });
    }

    @Override
    public Mono<Void> audit(AuditRecord audit) {
        return run(() -> keep(audit));
    }

    @Override
    public Mono<JobRecord> job(JobId job) {
        return turn(() -> ask(job, MemoryJob::record));
    }

    @Override
    public Flux<JobHead> bySuffix(String suffix) {
        return rows(
                () -> newestFirst(job -> job.job().toString().endsWith(suffix)).limit(2));
    }

    @Override
    public Flux<JobHead> newest(long before, int limit) {
        return rows(() -> newestFirst(job -> job.order() < before).limit(limit));
    }

    @Override
    public Mono<Counts> fates(JobId job) {
        return turn(() -> ask(job, MemoryJob::fates)).defaultIfEmpty(new Counts(Map.of()));
    }

    @Override
    public Mono<Fate> fate(JobId job, MinionId minion) {
        return turn(() -> ask(job, found -> found.fate(minion)));
    }

    @Override
    public Mono<List<Fate>> ends(JobId job, Set<TargetState> states, long after) {
        return turn(() -> ask(job, found -> found.ends(states, after))).defaultIfEmpty(List.of());
    }

    @Override
    public Flux<Trail> trails(JobId job, MinionId minion) {
        return turn(() -> ask(job, found -> found.trails(minion))).flatMapIterable(trails -> trails);
    }

    @Override
    public Mono<Map<Output.Stream, Upload>> uploads(JobId job, MinionId minion) {
        return turn(() -> ask(job, found -> found.uploads(minion))).defaultIfEmpty(Map.of());
    }

    @Override
    public Mono<ResultPage> page(JobId job, long after, boolean output, Set<MinionId> only) {
        return turn(() -> ask(job, found -> found.page(after, output, only)))
                .defaultIfEmpty(new PageBuilder(after).page());
    }

    @Override
    public Flux<UnfinishedJob> unfinished() {
        return rows(() -> jobs.values().stream()
                .map(MemoryJob::unfinished)
                .filter(unfinished -> !unfinished.open().isEmpty())
                .sorted(Comparator.comparingLong(unfinished -> unfinished.job().order())));
    }

    @Override
    public Mono<Long> lastTime() {
        return turn(() -> lastTime);
    }

    @Override
    public Mono<String> deployment() {
        return turn(() -> "memory");
    }

    @Override
    public Mono<Void> enrol(MinionId minion, long at, AuditRecord audit) {
        return run(() -> {
            if (minions.putIfAbsent(minion, MinionRecord.enrolled(minion, at)) != null) {
                throw new IllegalStateException("minion " + minion + ": is enrolled already");
            }
            keep(audit);
            carry(at);
        });
    }

    @Override
    public Mono<Void> remove(MinionId minion, AuditRecord audit) {
        return run(() -> {
            minions.remove(minion);
            keep(audit);
        });
    }

    @Override
    public Flux<MinionRecord> minions() {
        return rows(() -> minions.values().stream());
    }

    @Override
    public Mono<Void> sessionOpened(MinionId minion, SessionRecord session) {
        return run(() -> {
            minions.put(minion, enrolled(minion).withSession(session));
            carry(session.openedAt());
        });
    }

    @Override
    public Mono<Void> sessionEnded(MinionId minion, SessionRecord session, long at) {
        return run(() -> {
            MinionRecord before = enrolled(minion);
            if (before.session() != null && before.session().openedAt() < at) {
                minions.put(minion, before.withEnded(session, at));
            }
            carry(at);
        });
    }

    @Override
    public Mono<Void> sessionsEnded(long at) {
        return run(() -> {
            minions.replaceAll((id, minion) -> minion.endedBy(at));
            carry(at);
        });
    }

    @Override
    public Mono<Void> quarantine(List<MinionId> named, @Nullable Uncontrollable word, AuditRecord audit) {
        return run(() -> {
            List<MinionRecord> before = named.stream().map(this::enrolled).toList();
            before.forEach(minion -> minions.put(minion.id(), minion.withQuarantine(word)));
            keep(audit);
        });
    }

    @Override
    public Mono<Void> label(List<MinionId> named, Labels.Change change, AuditRecord audit) {
        return run(() -> {
            List<MinionRecord> after = named.stream()
                    .map(this::enrolled)
                    .map(minion -> minion.withLabels(minion.labels().with(change)))
                    .toList();
            after.forEach(minion -> minions.put(minion.id(), minion));
            keep(audit);
        });
    }

    @Override
    public Mono<Void> setGroup(Group group, AuditRecord audit) {
        return run(() -> {
            groups.put(group.name(), group);
            keep(audit);
        });
    }

    @Override
    public Mono<Void> removeGroup(String name, AuditRecord audit) {
        return run(() -> {
            groups.remove(name);
            keep(audit);
        });
    }

    @Override
    public Flux<Group> groups() {
        return rows(() -> groups.values().stream());
    }

    // Everything below that touches state runs within a turn.

    private void callBack(JobRecord job, FateRecord fate) {
        if (job.callback() != null) {
            CallbackBuilder callbacks = new CallbackBuilder(job.job(), job.callback());
            callbacks.add(lastSeq + 1, fate);
            outbox.add(callbacks.callbacks());
        }
    }

    private MemoryJob known(JobId job) {
        MemoryJob found = jobs.get(job);
        if (found == null) {
            throw new IllegalStateException("job " + job + ": is not in the store");
        }
        return found;
    }

    private <T> @Nullable T ask(JobId job, Function<MemoryJob, @Nullable T> question) {
        MemoryJob found = jobs.get(job);
        return found == null ? null : question.apply(found);
    }

    private MinionRecord enrolled(MinionId minion) {
        MinionRecord found = minions.get(minion);
        if (found == null) {
            throw new IllegalStateException("minion " + minion + ": is not enrolled");
        }
        return found;
    }

    private Stream<JobHead> newestFirst(Predicate<JobRecord> which) {
        return jobs.values().stream()
                .map(MemoryJob::record)
                .filter(which)
                .sorted(Comparator.comparingLong(JobRecord::order).reversed())
                .map(JobRecord::head);
    }

    private void keep(AuditRecord audit) {
        audits.add(audit);
        carry(audit.at());
    }

    private void carry(long time) {
        lastTime = Math.max(lastTime, time);
    }

    private <T> Mono<T> turn(Supplier<@Nullable T> action) {
        Mono<T> turn = Mono.fromSupplier(() -> {
            synchronized (this) {
                return action.get();
            }
        });
        return turn.publishOn(signals);
    }

    private Mono<Void> run(Runnable action) {
        return this.<Void>turn(() -> {
            action.run();
            return null;
        });
    }

    private <T> Flux<T> rows(Supplier<Stream<T>> query) {
        return turn(() -> query.get().toList()).flatMapIterable(rows -> rows);
    }
}
