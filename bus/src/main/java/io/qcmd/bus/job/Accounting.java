package io.qcmd.bus.job;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.qcmd.bus.job.OutputWindow.Source;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.topic.Fates;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The one place that decides a fate: by the transition table, the first writer wins, and nobody is told before it is on disk. The Channel asks here for every
 * step before GO, an agent's session for every step after it, the sweep for LOST. Thread-safe; never blocks.
 */
public final class Accounting implements Fates {
    private final Map<JobId, LiveJob> live = new ConcurrentHashMap<>();
    /** Per minion the jobs that got GO and have no fate: what HELLO has to settle. */
    private final Map<MinionId, Set<JobId>> granted = new ConcurrentHashMap<>();

    private final LiveLoad load = new LiveLoad();
    private final LateTargets late;
    private final Ledger ledger;
    private final OutputPool pool;
    private final Clock clock;

    public Accounting(Ledger ledger, OutputPool pool, Clock clock) {
        this.ledger = ledger;
        this.pool = pool;
        this.clock = clock;
        this.late = new LateTargets(ledger);
    }

    /** Takes a new job up, if there is room for it; BUSY when there is none. */
    void admit(LiveJob job, JobSettings limits) {
        load.take(job.open().size(), limits);
        register(job);
    }

    /** Takes a job up that was accepted before; from now on its targets can be moved. */
    void open(LiveJob job) {
        load.add(job.open().size());
        register(job);
    }

    private void register(LiveJob job) {
        live.put(job.job().job(), job);
        job.open().stream().filter(job::isGranted).forEach(minion -> grant(job, minion));
        forgetIfSettled(job);
    }

    /** Lets go of a job that was not accepted after all. */
    void drop(LiveJob job) {
        if (live.remove(job.job().job()) != null) {
            load.giveTargets(job.open().size());
            load.giveJob();
        }
    }

    /** Passes, or fails with BUSY: there is no room for one more job. */
    void checkRoom(JobSettings limits) {
        load.check(1, limits);
    }

    Optional<LiveJob> live(JobId job) {
        return Optional.ofNullable(live.get(job));
    }

    Collection<LiveJob> live() {
        return live.values();
    }

    /** What this minion has to be told to kill: a cancel is wanted, and it got GO. */
    public List<Control.Cancel> toBeKilled(MinionId minion) {
        return granted(minion).stream()
                .sorted()
                .flatMap(job -> live(job).flatMap(found -> found.kill(minion)).stream())
                .toList();
    }

    /** Jobs of this minion that got GO and have no fate. */
    public Set<JobId> granted(MinionId minion) {
        return Set.copyOf(granted.getOrDefault(minion, Set.of()));
    }

    @Override
    public boolean move(JobId id, MinionId minion, TargetState next, @Nullable String reason) {
        LiveJob job = live.get(id);
        if (job == null) {
            return false;
        }
        if (next.isFinal()) {
            return end(job, minion, next, reason);
        }
        if (next != TargetState.RUNNING && job.isCancelWanted(minion)) {
            // A cancel came before its message was in the Channel, or while it was on its way back.
            end(job, minion, TargetState.CANCELLED, null);
            return false;
        }
        if (!job.move(minion, next, clock.millis())) {
            return false;
        }
        if (next == TargetState.ACCEPTED) {
            grant(job, minion);
        } else if (next == TargetState.QUEUED) {
            revoke(minion, id);
        }
        job.moves().tell();
        return true;
    }

    /**
     * Takes new output of a target that runs, or is LOST and was told of in HELLO. What is known, or comes too late, is dropped. Fails with LIMIT_EXCEEDED when it is
     * more than its agent was told it may send, with BUSY when there is no room for it.
     *
     * @param session the number of the session that it came in: larger for a later one
     * @return completes when it is on disk, with the bytes of this target that may be on their way from then on
     */
    public Mono<Integer> output(MinionId minion, long session, Output piece) {
        Source from = new Source(session, pool);
        Optional<LiveJob> job = live(piece.job());
        Optional<Mono<Integer>> commit = job.flatMap(
                        open -> open.take(minion, piece, from, fresh -> ledger.append(minion, fresh)))
                .or(() -> late.take(minion, piece, from));
        commit.ifPresent(written -> written.subscribe(new Commit(() -> job.ifPresent(LiveJob::tellCommitted))));
        return commit.orElse(Mono.just(Limits.FIRST_WINDOW));
    }

    /** A session has ended: no more output comes in it. */
    public void endOutput(MinionId minion, long session) {
        granted(minion).forEach(id -> live(id).ifPresent(job -> job.endOutput(minion, session)));
        late.endOutput(minion, session);
    }

    /** The offset up to which output of a target is taken. */
    public long taken(JobId job, MinionId minion, Output.Stream stream) {
        return live(job)
                .map(target -> target.upload(minion, stream).end())
                .filter(end -> end > 0)
                .orElseGet(() -> late.taken(job, minion, stream));
    }

    /** Takes up a LOST target of which an agent tells in its HELLO. */
    Mono<Void> openLate(JobId job, MinionId minion) {
        return late.open(job, minion);
    }

    /** Lets go of the LOST targets of which a HELLO does not tell. */
    void retainLate(MinionId minion, Set<JobId> told) {
        late.retain(minion, told);
    }

    /**
     * An agent's result.
     *
     * @return completes with true when the fate of the target is on disk, by this call or an earlier one: the agent may drop its entry; false: the bus cannot tell
     */
    public Mono<Boolean> settle(MinionId minion, Return result) {
        LiveJob job = live.get(result.job());
        if (job == null) {
            return revise(minion, result);
        }
        if (!job.hasOutputOf(minion, result)) {
            return beforeItsOutput(minion);
        }
        Optional<Mono<Long>> commit = job.decide(
                minion, result.state(), (last, steps) -> write(minion, result, last, steps), () -> told(job, minion));
        if (commit.isPresent()) {
            return commit.get().map(seq -> true);
        }
        // What was decided before, and is on its way to the disk, may be LOST.
        return job.commit(minion).orElse(Mono.empty()).then(revise(minion, result));
    }

    /** Starts the look for targets that are over {@code completesBy}, every {@code interval}. */
    public Disposable sweep(Duration interval, Scheduler scheduler) {
        return scheduler.schedulePeriodically(this::expire, interval.toMillis(), interval.toMillis(), MILLISECONDS);
    }

    /** Everything that is over its {@code completesBy} and got GO is LOST. */
    void expire() {
        for (LiveJob job : live.values()) {
            if (job.job().completesBy() <= clock.millis()) {
                job.open().stream()
                        .filter(job::isGranted)
                        .forEach(minion -> end(job, minion, TargetState.LOST, "no end was told in time"));
            }
        }
    }

    /** Bus time in milliseconds. */
    long now() {
        return clock.millis();
    }

    /** Targets that wait or run, of all live jobs. */
    public long liveTargets() {
        return load.targets();
    }

    public int liveJobs() {
        return load.jobs();
    }

    /** Targets that got GO and have no fate. */
    public long running() {
        return granted.values().stream().mapToLong(Set::size).sum();
    }

    private boolean end(LiveJob job, MinionId minion, TargetState end, @Nullable String reason) {
        FailPoint.BUS_BEFORE_OWN_FATE.hit();
        String why = end == TargetState.CANCELLED && reason == null ? reasonOfCancel(job, minion) : reason;
        Optional<Mono<Long>> commit = job.decide(
                minion,
                end,
                (last, steps) -> ledger.settle(
                        new FateRecord(job.job().job(), minion, end, clock.millis(), null, why, last, false, steps)),
                () -> told(job, minion));
        return commit.isPresent();
    }

    private static @Nullable String reasonOfCancel(LiveJob job, MinionId minion) {
        return job.cancelWanted(minion)
                .map(CancelWish::reason)
                .filter(text -> !text.isEmpty())
                .orElse(null);
    }

    private Mono<Long> write(MinionId minion, Return result, boolean last, Steps steps) {
        return ledger.settle(new FateRecord(
                result.job(), minion, result.state(), clock.millis(), result, result.reason(), last, false, steps));
    }

    /** A result for a target that has its fate: a repetition, or the late truth about a LOST one. */
    private Mono<Boolean> revise(MinionId minion, Return result) {
        return ledger.fate(result.job(), minion)
                .flatMap(fate -> fate.state() == TargetState.LOST ? late(minion, result) : Mono.just(true))
                .defaultIfEmpty(false);
    }

    /** An agent whose session lived while its target became LOST is sent to its next HELLO, which says from where it tells its output again. */
    private Mono<Boolean> late(MinionId minion, Return result) {
        return late.hasOutputOf(minion, result)
                .flatMap(all -> all ? writeLate(minion, result) : beforeItsOutput(minion));
    }

    private static Mono<Boolean> beforeItsOutput(MinionId minion) {
        return Mono.error(
                new QcmdException(ErrorCode.BAD_REQUEST, "result of " + minion + ": it came before all its output"));
    }

    private Mono<Boolean> writeLate(MinionId minion, Return result) {
        FateRecord truth = new FateRecord(
                result.job(), minion, result.state(), clock.millis(), result, result.reason(), false, true, Steps.NONE);
        return ledger.settle(truth)
                .doOnNext(seq -> {
                    late.close(result.job(), minion);
                    live(result.job()).ifPresent(job -> revised(job, result));
                })
                .thenReturn(true)
                // Told twice at once; the other one was faster.
                .onErrorResume(
                        IllegalStateException.class,
                        second -> ledger.fate(result.job(), minion).map(fate -> fate.state() != TargetState.LOST));
    }

    private static void revised(LiveJob job, Return result) {
        job.revised(result.state());
        job.tellCommitted();
    }

    /** The fate of a target that is not live; empty: none is stored. */
    Mono<Fate> fate(JobId job, MinionId minion) {
        return ledger.fate(job, minion);
    }

    private void told(LiveJob job, MinionId minion) {
        load.giveTargets(1);
        revoke(minion, job.job().job());
        forgetIfSettled(job);
        job.tellCommitted();
    }

    private void forgetIfSettled(LiveJob job) {
        if (job.isSettled() && live.remove(job.job().job()) != null) {
            load.giveJob();
            job.end().tell();
        }
    }

    private void grant(LiveJob job, MinionId minion) {
        granted.compute(minion, (id, jobs) -> {
            Set<JobId> all = jobs == null ? ConcurrentHashMap.newKeySet(4) : jobs;
            all.add(job.job().job());
            return all;
        });
        // Its end may have come in between, and must not leave this behind.
        if (!job.isGranted(minion)) {
            revoke(minion, job.job().job());
        }
    }

    private void revoke(MinionId minion, JobId job) {
        granted.computeIfPresent(minion, (id, jobs) -> {
            jobs.remove(job);
            return jobs.isEmpty() ? null : jobs;
        });
    }
}
