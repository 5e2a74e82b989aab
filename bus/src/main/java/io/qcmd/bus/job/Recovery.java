package io.qcmd.bus.job;

import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.UnfinishedJob;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.time.Clock;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Takes the live jobs up again when a bus starts, in acceptance order. A target whose minion had a session since its release may have got GO: it waits outside
 * the Channel for HELLO. The others were offered at most: they go back to the Channel as if the link had just broken. Run once, before any door opens.
 */
public final class Recovery {
    private final Ledger ledger;
    private final Accounting accounting;
    private final Topics topics;
    private final Fleet fleet;
    private final Jobs jobs;
    private final Clock clock;

    public Recovery(Ledger ledger, Accounting accounting, Topics topics, Fleet fleet, Jobs jobs, Clock clock) {
        this.ledger = ledger;
        this.accounting = accounting;
        this.topics = topics;
        this.fleet = fleet;
        this.jobs = jobs;
        this.clock = clock;
    }

    /** Completes with the number of jobs that live again. */
    public Mono<Long> recover() {
        Steps unseen = Steps.since(clock.millis());
        return ledger.lastTime()
                .doOnNext(this::endSessions)
                .thenMany(ledger.newest(1))
                .doOnNext(newest -> jobs.continueAfter(newest.order()))
                .thenMany(ledger.unfinished())
                .concatMap(unfinished -> restore(unfinished, unseen))
                .count();
    }

    /**
     * The sessions of the bus before ended with it, so that whoever does not come back cannot have got what is accepted from now on. At the latest bus time on disk:
     * a GO may have been given after it, but not for a job that was released after it, as a job is on disk, with that time, before anything of it is offered. So
     * each target that may have got GO, in this start and in all that follow, was released by the recorded end; and bus time goes on after it.
     *
     * <p>Not waited for, as a bus starts on a full disk too: writes take effect in the order of the calls, so it is on disk with the next job at the latest.
     */
    private void endSessions(long lastTime) {
        fleet.endedWithTheirBus(lastTime).subscribe(new Commit(() -> {}));
    }

    private Mono<UnfinishedJob> restore(UnfinishedJob unfinished, Steps unseen) {
        FailPoint.BUS_IN_RECOVERY.hit();
        return ledger.fates(unfinished.job().job()).map(fates -> {
            LiveJob job = new LiveJob(unfinished.job(), Jobs.envelope(unfinished.job()), fates);
            unfinished.open().forEach(minion -> restore(job, unfinished, minion).steps = unseen);
            // The ledger may have rows of it already.
            job.rows().tell();
            accounting.open(job);
            unfinished.open().forEach(minion -> requeue(job, minion));
            return unfinished;
        });
    }

    private LiveTarget restore(LiveJob job, UnfinishedJob unfinished, MinionId minion) {
        boolean maybeGranted = fleet.liveSince(minion, unfinished.job().acceptedAt());
        LiveTarget target = job.add(minion, maybeGranted ? TargetState.ACCEPTED : TargetState.OFFERED);
        target.cancel = unfinished.cancelWanted().get(minion);
        unfinished.uploads().getOrDefault(minion, Map.of()).forEach(target::upload);
        return target;
    }

    private void requeue(LiveJob job, MinionId minion) {
        if (job.isGranted(minion)) {
            return;
        }
        if (job.isCancelWanted(minion)) {
            accounting.move(job.job().job(), minion, TargetState.CANCELLED, null);
        } else {
            // Of a minion that was forgotten meanwhile it expires there.
            topics.open(minion).channel().restore(job.envelope());
        }
    }
}
