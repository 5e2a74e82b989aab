package io.qcmd.bus.job;

import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.Trail;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import io.qcmd.protocol.TraceQuery;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Explains what became of a target. What is over is in the ledger, with the way to it; what is not is in memory, and so is what it waits for. Thread-safe.
 */
public final class Traces {
    private final Ledger ledger;
    private final Accounting accounting;
    private final Fleet fleet;

    public Traces(Ledger ledger, Accounting accounting, Fleet fleet) {
        this.ledger = ledger;
        this.accounting = accounting;
        this.fleet = fleet;
    }

    /** Unknown job: JOB_NOT_FOUND; a minion that is no target of it: BAD_REQUEST. */
    public Mono<Trace> explain(TraceQuery query) {
        return ledger.job(query.job())
                .switchIfEmpty(Mono.error(() -> new QcmdException(
                        ErrorCode.JOB_NOT_FOUND, "job " + query.job() + ": the bus does not know it")))
                .flatMap(job -> explain(job, query.minion()));
    }

    private Mono<Trace> explain(JobRecord job, MinionId minion) {
        if (!job.minions().contains(minion)) {
            return Mono.error(new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "minion '" + minion + "' is no target of job " + job.job(),
                    "qcmd jobs minions " + job.job().shortForm()));
        }
        Optional<LiveJob> live = accounting.live(job.job());
        return live.flatMap(found -> found.standing(minion))
                .map(standing -> Mono.just(waiting(job, minion, standing)))
                // Nobody is told of an end before it is on disk, and is read from there.
                .orElseGet(() -> live.flatMap(found -> found.commit(minion))
                        .orElse(Mono.empty())
                        .then(ended(job, minion)));
    }

    private Trace waiting(JobRecord job, MinionId minion, LiveJob.Standing standing) {
        Account account = new Account(job, standing.steps(), minion(minion));
        account.begin();
        account.go(standing.state());
        account.now(standing.state(), standing.cancelWanted(), accounting.now());
        return account.trace(minion, standing.state());
    }

    private Mono<Trace> ended(JobRecord job, MinionId minion) {
        return ledger.trails(job.job(), minion)
                .collectList()
                .filter(trails -> !trails.isEmpty())
                .map(trails -> ended(job, minion, trails))
                .switchIfEmpty(Mono.error(() -> new QcmdException(
                        ErrorCode.JOB_NOT_FOUND, "job " + job.job() + ": it was forgotten while it was looked at")));
    }

    private Trace ended(JobRecord job, MinionId minion, List<Trail> trails) {
        Trail first = trails.get(0);
        Steps steps = first.steps();
        Account account = new Account(job, steps, minion(minion));
        account.begin();
        account.go(first.fate().state());
        account.end(first.fate());
        TargetState state = first.fate().state();
        for (Trail late : trails.subList(1, trails.size())) {
            account.revise(late.fate());
            state = late.fate().state();
        }
        return account.trace(minion, state);
    }

    private Optional<MinionInfo> minion(MinionId minion) {
        return fleet.find(minion);
    }
}
