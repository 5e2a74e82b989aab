package io.qcmd.bus.job;

import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.Resolution;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Redo;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Retry;
import io.qcmd.protocol.Selection;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Makes jobs from jobs: the same command, stdin and script included, which were frozen with it, and the same time to wait. What comes is a job like any other, with
 * the limits, the answer and the one-job-per-request of a submit. Thread-safe.
 */
public final class Repeats {
    private final Ledger ledger;
    private final Fleet fleet;
    private final Jobs jobs;
    private final JobSettings settings;

    public Repeats(Ledger ledger, Fleet fleet, Jobs jobs, JobSettings settings) {
        this.ledger = ledger;
        this.fleet = fleet;
        this.jobs = jobs;
        this.settings = settings;
    }

    /** On whom its target means now; on the same list, if it was made for one. JOB_NOT_FOUND, and what a submit is refused for. */
    public Mono<Accepted> redo(Principal actor, Redo redo) {
        return jobs.once(redo.requestId(), job(redo.job()).flatMap(job -> jobs.record(actor, draft(job, redo))));
    }

    /** On those of its minions that have ended in one of these states by now; none: NO_MINIONS_MATCHED. */
    public Mono<Accepted> retry(Principal actor, Retry retry) {
        return jobs.once(
                retry.requestId(),
                job(retry.job())
                        .flatMap(job -> chosen(retry).flatMap(list -> jobs.record(actor, draft(job, retry, list)))));
    }

    private Mono<JobRecord> job(JobId id) {
        return ledger.job(id)
                .switchIfEmpty(Mono.error(
                        () -> new QcmdException(ErrorCode.JOB_NOT_FOUND, "job " + id + ": the bus does not know it")));
    }

    private Mono<List<MinionId>> chosen(Retry retry) {
        return ledger.ends(retry.job(), retry.states())
                .flatMapIterable(page -> page)
                .map(Fate::minion)
                .collectList();
    }

    private Draft draft(JobRecord job, Redo redo) {
        Selection on = redo.on();
        boolean frozen = on == null && (redo.sameMinions() || isFrozen(job));
        Selection selection = on == null ? job.selection() : on;
        Supplier<Resolution> minions = frozen ? () -> listed(job, job.minions()) : () -> fleet.resolve(selection);
        Parent parent = new Parent(job.job(), Parent.Kind.REDO, frozen);
        return draft(job, redo.requestId(), selection, parent, redo.remark(), minions);
    }

    private Draft draft(JobRecord job, Retry retry, List<MinionId> list) {
        if (list.isEmpty()) {
            throw new QcmdException(
                    ErrorCode.NO_MINIONS_MATCHED,
                    "job " + job.job() + ": none of its targets has ended as " + retry.states()
                            + ". No job was created.",
                    "qcmd jobs minions " + job.job().shortForm());
        }
        return draft(
                job,
                retry.requestId(),
                job.selection(),
                new Parent(job.job(), Parent.Kind.RETRY, true),
                retry.remark(),
                () -> listed(job, list));
    }

    private Draft draft(
            JobRecord job,
            String requestId,
            Selection selection,
            Parent parent,
            Remark remark,
            Supplier<Resolution> minions) {
        return new Draft(
                requestId,
                selection,
                job.command(),
                // The limit may have been lowered since.
                Math.min(
                        job.expiresAt() - job.acceptedAt(),
                        settings.longestExpiry().toMillis()),
                job.callback() == null ? null : job.callback().endpoint(),
                parent,
                remark.over(job.remark()),
                minions);
    }

    /** A job for some minions of another: its target expression means more than it did. */
    private static boolean isFrozen(JobRecord job) {
        return job.parent() != null && job.parent().frozen();
    }

    private Resolution listed(JobRecord job, List<MinionId> list) {
        Resolution resolution = fleet.among(list, job.selection().uncontrollable());
        if (resolution.minions().isEmpty()) {
            throw new QcmdException(
                    ErrorCode.NO_MINIONS_MATCHED,
                    String.format(
                            Locale.ROOT,
                            "job %s: of its %,d minions that were meant none is left: they are uncontrollable, or not enrolled any more. No job was created.",
                            job.job(),
                            list.size()),
                    "qcmd minions ls --state uncontrollable");
        }
        return resolution;
    }
}
