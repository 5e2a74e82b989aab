package io.qcmd.bus.job;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Control.Verdict;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output.Stream;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What HELLO settles: the agent's journal decides what became of every target that got GO, or may have got it, before the link broke. Thread-safe.
 */
public final class Reconciliation {
    /** The bus asks the ledger about this many entries of a HELLO at a time. */
    private static final int LOOK_UPS = 16;

    private final Ledger ledger;
    private final Accounting accounting;
    private final Topics topics;
    private final Clock clock;

    public Reconciliation(Ledger ledger, Accounting accounting, Topics topics, Clock clock) {
        this.ledger = ledger;
        this.accounting = accounting;
        this.topics = topics;
        this.clock = clock;
    }

    /** One verdict per entry, in their order. */
    public Mono<List<Verdict>> verdicts(MinionId minion, List<Hello.Entry> entries) {
        return Flux.fromIterable(entries)
                .flatMapSequential(entry -> verdict(minion, entry), LOOK_UPS)
                .collectList();
    }

    /**
     * What got GO and stands in no entry. The same epoch proves that it never started; another one proves nothing.
     *
     * @param told all entries of the HELLO
     * @param isNewest whether no newer session has said HELLO meanwhile: then this one proves nothing any more
     */
    public void absent(MinionId minion, Set<JobId> told, boolean sameEpoch, BooleanSupplier isNewest) {
        accounting.retainLate(minion, told);
        // In order, so that the same HELLO does the same things in the same order.
        for (JobId job : new TreeSet<>(accounting.granted(minion))) {
            if (told.contains(job)) {
                continue;
            }
            if (sameEpoch) {
                neverStarted(minion, job, isNewest);
            } else {
                accounting.move(job, minion, TargetState.INTERRUPTED, "the agent's journal was lost; it may have run");
            }
        }
    }

    /** The agent proved that it never started this: cancelled, expired, or back to the head of the Channel. */
    public void neverStarted(MinionId minion, JobId id) {
        neverStarted(minion, id, () -> true);
    }

    private void neverStarted(MinionId minion, JobId id, BooleanSupplier stillProved) {
        // What never got GO is the Channel's alone.
        accounting.live(id).filter(job -> job.isGranted(minion)).ifPresent(job -> {
            if (job.isCancelWanted(minion)) {
                accounting.move(id, minion, TargetState.CANCELLED, null);
            } else if (job.state(minion).equals(Optional.of(TargetState.RUNNING))) {
                accounting.move(id, minion, TargetState.INTERRUPTED, "it was running, and its journal forgot it");
            } else {
                topics.topic(minion).channel().requeue(job.envelope(), stillProved);
            }
        });
    }

    private Mono<Verdict> verdict(MinionId minion, Hello.Entry entry) {
        return Mono.defer(() -> {
            Optional<LiveJob> job = accounting.live(entry.job());
            Optional<Mono<Long>> decided = job.flatMap(live -> live.commit(minion));
            if (decided.isPresent()) {
                return decided.get().then(ended(minion, entry));
            }
            if (job.isPresent() && job.get().state(minion).isPresent()) {
                return Mono.just(live(minion, entry, job.get().isCancelWanted(minion)));
            }
            return ended(minion, entry);
        });
    }

    private Verdict live(MinionId minion, Hello.Entry entry, boolean cancelWanted) {
        if (entry.done()) {
            return verdict(minion, entry.job(), Verdict.Kind.SEND);
        }
        accounting.move(entry.job(), minion, TargetState.RUNNING, null);
        return verdict(minion, entry.job(), cancelWanted ? Verdict.Kind.CANCEL : Verdict.Kind.KEEP);
    }

    /** Its fate is on disk: the entry goes, unless it is the late truth about a LOST one. An unknown job: it goes, and the audit log tells. */
    private Mono<Verdict> ended(MinionId minion, Hello.Entry entry) {
        return accounting
                .fate(entry.job(), minion)
                .flatMap(fate -> fate.state() != TargetState.LOST
                        ? Mono.just(Verdict.Kind.SETTLED)
                        : accounting
                                .openLate(entry.job(), minion)
                                .thenReturn(entry.done() ? Verdict.Kind.SEND : Verdict.Kind.KEEP))
                .switchIfEmpty(Mono.defer(() -> unknown(minion, entry)))
                .map(kind -> verdict(minion, entry.job(), kind));
    }

    private Mono<Verdict.Kind> unknown(MinionId minion, Hello.Entry entry) {
        return ledger.audit(new AuditRecord(
                        clock.millis(),
                        "minion " + minion,
                        "UNKNOWN_ENTRY",
                        entry.job().toString(),
                        entry.done() ? "DONE" : "STARTED"))
                .thenReturn(Verdict.Kind.SETTLED);
    }

    private Verdict verdict(MinionId minion, JobId job, Verdict.Kind kind) {
        return new Verdict(
                job,
                kind,
                accounting.taken(job, minion, Stream.STDOUT),
                accounting.taken(job, minion, Stream.STDERR),
                Limits.FIRST_WINDOW);
    }
}
