package io.qcmd.bus.job;

import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Cancels: on disk before anything is done, then before GO at the Channel, after GO by the control lane. Idempotent. Thread-safe.
 */
public final class Cancels {
    /** Minions whose ends are on their way to the disk at a time. */
    private static final int FENCES = 256;

    private final Ledger ledger;
    private final Accounting accounting;
    private final Topics topics;
    private final Fleet fleet;
    private final Clock clock;

    public Cancels(Ledger ledger, Accounting accounting, Topics topics, Fleet fleet, Clock clock) {
        this.ledger = ledger;
        this.accounting = accounting;
        this.topics = topics;
        this.fleet = fleet;
        this.clock = clock;
    }

    /** What the cancel means for each minion, in pages of 256. Unknown job: JOB_NOT_FOUND; a minion that is no target: BAD_REQUEST. */
    public Flux<CancelPage> cancel(Principal actor, CancelQuery query) {
        return ledger.job(query.job())
                .switchIfEmpty(Mono.error(() -> new QcmdException(
                        ErrorCode.JOB_NOT_FOUND, "job " + query.job() + ": the bus does not know it")))
                .flatMapMany(job -> cancel(actor, job, query.minions()));
    }

    private Flux<CancelPage> cancel(Principal actor, JobRecord job, List<MinionId> some) {
        checkTargets(job, some);
        List<MinionId> minions = some.isEmpty() ? job.minions() : some;
        Mono<List<Answer>> answers = want(actor, job, some)
                .thenMany(Flux.fromIterable(minions))
                .flatMapSequential(minion -> fence(job, minion), FENCES)
                .collectList()
                .cache();
        // All of it is cancelled, however many pages the caller stays for.
        answers.subscribe(new Commit(() -> {}));
        return answers.flatMapIterable(all -> all).buffer(Limits.PAGE_ROWS).map(CancelPage::new);
    }

    private static void checkTargets(JobRecord job, List<MinionId> minions) {
        Set<MinionId> strangers = new HashSet<>(minions);
        strangers.removeAll(new HashSet<>(job.minions()));
        if (!strangers.isEmpty()) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "minion '" + strangers.iterator().next() + "' is no target of job " + job.job());
        }
    }

    /** On disk first. A job that is over keeps its end: only that somebody asked is kept. */
    private Mono<Void> want(Principal actor, JobRecord job, List<MinionId> some) {
        AuditRecord audit = new AuditRecord(
                clock.millis(),
                actor.trace(),
                "CANCEL",
                job.job().toString(),
                some.isEmpty() ? "all" : some.toString());
        return job.endedAt() > 0
                ? ledger.audit(audit)
                : ledger.wantCancel(job.job(), some, audit).then(Mono.fromRunnable(() -> want(job.job(), some)));
    }

    private void want(JobId job, List<MinionId> minions) {
        accounting.live(job).ifPresent(live -> {
            if (minions.isEmpty()) {
                live.cancel();
            }
            minions.forEach(live::wantCancel);
        });
    }

    /** The Channel first: its turn decides whether GO was given. */
    private Mono<Answer> fence(JobRecord job, MinionId minion) {
        return Mono.<Void>create(turned -> topics.topic(minion).channel().cancel(job.job(), turned::success))
                .then(Mono.defer(() -> afterTurn(job, minion)));
    }

    private Mono<Answer> afterTurn(JobRecord job, MinionId minion) {
        Optional<LiveJob> live = accounting.live(job.job());
        Optional<TargetState> state = live.flatMap(found -> found.state(minion));
        if (state.isEmpty()) {
            return accounting.fate(job.job(), minion).map(fate -> fenced(job, minion, fate.state()));
        }
        if (state.get().isFinal()) {
            // Nobody is told before it is on disk.
            return live.flatMap(found -> found.commit(minion))
                    .orElse(Mono.empty())
                    .then(Mono.just(fenced(job, minion, state.get())));
        }
        fleet.session(minion).ifPresent(session -> session.send(new Control.Cancel(job.job())));
        return Mono.just(new Answer(minion, Effect.PENDING, state.get(), job.completesBy()));
    }

    private static Answer fenced(JobRecord job, MinionId minion, TargetState end) {
        return new Answer(minion, Effect.FENCED, end, job.completesBy());
    }
}
