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
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
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
    private final Duration killGrace;

    /** @param killGrace what the promised end of a job allows between TERM and KILL */
    public Cancels(Ledger ledger, Accounting accounting, Topics topics, Fleet fleet, Clock clock, Duration killGrace) {
        this.ledger = ledger;
        this.accounting = accounting;
        this.topics = topics;
        this.fleet = fleet;
        this.clock = clock;
        this.killGrace = killGrace;
    }

    /**
     * What the cancel means for each minion, in pages of 256. Unknown job: JOB_NOT_FOUND; a minion that is no target, or more time than the promised end allows:
     * BAD_REQUEST. Where it cannot be told of one of them, the others are cancelled all the same before that fails.
     */
    public Flux<CancelPage> cancel(Principal actor, CancelQuery query) {
        return Mono.defer(() -> {
                    checkKillAfter(query.wish().killAfterMillis());
                    return ledger.job(query.job());
                })
                .switchIfEmpty(Mono.error(() -> new QcmdException(
                        ErrorCode.JOB_NOT_FOUND, "job " + query.job() + ": the bus does not know it")))
                .flatMapMany(job -> cancel(actor, job, query));
    }

    private void checkKillAfter(@Nullable Long killAfter) {
        if (killAfter != null && killAfter > killGrace.toMillis()) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "kill after " + killAfter + " ms: at most kill_grace of the bus, " + killGrace.toMillis()
                            + " ms, as the promised end of a job is reckoned with it",
                    "--kill-after " + killGrace.toMillis() + "ms or less");
        }
    }

    private Flux<CancelPage> cancel(Principal actor, JobRecord job, CancelQuery query) {
        List<MinionId> some = query.minions();
        checkTargets(job, some);
        List<MinionId> minions = some.isEmpty() ? job.minions() : some;
        Mono<List<Answer>> answers = want(actor, job, query)
                .thenMany(Flux.fromIterable(minions))
                .flatMapSequentialDelayError(minion -> fence(job, minion), FENCES, FENCES)
                .onErrorMap(errors ->
                        Exceptions.unwrapMultipleExcludingTracebacks(errors).get(0))
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
    private Mono<Void> want(Principal actor, JobRecord job, CancelQuery query) {
        AuditRecord audit = new AuditRecord(
                clock.millis(), actor.trace(), "CANCEL", job.job().toString(), described(query));
        return job.endedAt() > 0
                ? ledger.audit(audit)
                : ledger.wantCancel(job.job(), query.minions(), query.wish(), audit)
                        .then(Mono.fromRunnable(() -> want(query)));
    }

    /** {@code kill after 500 ms, reason 'disk full': all}. */
    private static String described(CancelQuery query) {
        CancelWish wish = query.wish();
        List<String> how = new ArrayList<>();
        if (wish.killAfterMillis() != null) {
            how.add("kill after " + wish.killAfterMillis() + " ms");
        }
        if (!wish.reason().isEmpty()) {
            how.add("reason '" + wish.reason() + "'");
        }
        String whom = query.minions().isEmpty() ? "all" : query.minions().toString();
        return how.isEmpty() ? whom : String.join(", ", how) + ": " + whom;
    }

    private void want(CancelQuery query) {
        accounting.live(query.job()).ifPresent(live -> {
            if (query.minions().isEmpty()) {
                live.wantCancel(query.wish());
            }
            query.minions().forEach(minion -> live.wantCancel(minion, query.wish()));
        });
    }

    /** The Channel first: its turn decides whether GO was given. */
    private Mono<Answer> fence(JobRecord job, MinionId minion) {
        return turn(job, minion).then(Mono.defer(() -> afterTurn(job, minion)));
    }

    /** Of a minion without a Topic nothing waits: it was forgotten, and what it has to tell is in the ledger. */
    private Mono<Void> turn(JobRecord job, MinionId minion) {
        return Mono.justOrEmpty(topics.find(minion))
                .flatMap(topic -> Mono.create(turned -> topic.channel().cancel(job.job(), turned::success)));
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
        live.flatMap(found -> found.kill(minion))
                .ifPresent(kill -> fleet.session(minion).ifPresent(session -> session.send(kill)));
        return Mono.just(new Answer(minion, Effect.PENDING, state.get(), job.completesBy()));
    }

    private static Answer fenced(JobRecord job, MinionId minion, TargetState end) {
        return new Answer(minion, Effect.FENCED, end, job.completesBy());
    }
}
