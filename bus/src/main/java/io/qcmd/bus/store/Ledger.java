package io.qcmd.bus.store;

import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.TargetState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What was accepted and how it ended. Each write is durable when its Mono completes, and writes take effect in the order of the calls: the Mono must be
 * subscribed to, at once, and is hot from then on (cancelling it does not undo the write). One write, one number: the commit sequence grows by every fate and
 * every piece of output, over restarts too.
 *
 * <p>Writes wait in a queue: above a bound, what can be refused (a submit, a cancel, an enrolment, a session, an audit row) fails with BUSY and nothing is written, and the
 * rest waits. A failed commit fails all later writes with STORE_UNAVAILABLE: after it nothing may be answered. What cannot be (an unknown job, a second fate) fails with IllegalStateException, alone. While the disk
 * is full or another process holds the store, what can be refused fails with STORE_FULL or STORE_BUSY, and the rest waits for better times. Each subscription is a write of its own. Thread-safe; never blocks the caller; signals come on the store's own threads.
 */
public interface Ledger {
    /**
     * Writes job, targets and audit row in one transaction.
     *
     * @return true when written; false when the requestId is known, and nothing was written: see {@link #byRequestId}
     */
    Mono<Boolean> record(JobRecord job, AuditRecord audit);

    /** The job of an earlier submit; empty: none. */
    Mono<JobRecord> byRequestId(String requestId);

    /** Stores a piece of output of a target that is live or LOST; its commit sequence. A second piece at the same offset of the stream is refused (IllegalStateException). */
    Mono<Long> append(MinionId minion, Output output);

    /**
     * Stores a final state; its commit sequence. The caller has decided; the store refuses a second fate of a target (IllegalStateException), except one late
     * revision of LOST. What the job's {@link CallbackOrder} asks for is in the {@link CallbackOutbox} with the same commit.
     */
    Mono<Long> settle(FateRecord fate);

    /**
     * Stores that a cancel is wanted, with its audit row; for these minions, or for the whole job when none is named. What was wanted before is kept: see
     * {@link CancelWish#after}.
     */
    Mono<Void> wantCancel(JobId job, List<MinionId> minions, CancelWish wish, AuditRecord audit);

    /** Stores an audit row on its own. */
    Mono<Void> audit(AuditRecord audit);

    /** A job, live or ended; empty: unknown. */
    Mono<JobRecord> job(JobId job);

    /** Jobs whose id ends with these characters (upper case), newest first, at most two. */
    Flux<JobHead> bySuffix(String suffix);

    /** The newest jobs first. */
    default Flux<JobHead> newest(int limit) {
        return newest(Long.MAX_VALUE, limit);
    }

    /** The newest of the jobs before this place in acceptance order. */
    Flux<JobHead> newest(long before, int limit);

    /** Counts of final states of a job, late revisions instead of what they revise. */
    Mono<Counts> fates(JobId job);

    /** The current fate of one target; empty: none yet. */
    Mono<Fate> fate(JobId job, MinionId minion);

    /** What is committed of the output of one target, streams without any left out; empty map: nothing. */
    Mono<Map<Output.Stream, Upload>> uploads(JobId job, MinionId minion);

    /**
     * A page of the current fates in these states, without output, in the order of their sequence: at most 256 after the given one. A LOST that was revised is not
     * among them, its late truth is.
     */
    Mono<List<Fate>> ends(JobId job, Set<TargetState> states, long after);

    /** All pages of them, each read as it is asked for. */
    default Flux<List<Fate>> ends(JobId job, Set<TargetState> states) {
        return ends(job, states, 0)
                .expand(page -> page.size() < Limits.PAGE_ROWS
                        ? Mono.empty()
                        : ends(job, states, page.get(page.size() - 1).seq()));
    }

    /** The fates of one target in their order, each with the way to it: two when LOST was revised; none yet: empty. */
    Flux<Trail> trails(JobId job, MinionId minion);

    /**
     * One page of a job after a sequence: fates and, if wanted, output, merged in order of sequence, at most 256 rows and 512 KiB (one row at least); nothing
     * but committed rows, and all rows up to its cursor. {@code complete} says whether nothing was committed
     * after it; {@code counts} and {@code hints} are left empty for the caller to fill in.
     *
     * @param minions only these; none: all
     */
    Mono<ResultPage> page(JobId job, long after, boolean output, Set<MinionId> minions);

    /** Everything that has no fate yet, in acceptance order: what a bus that starts has to take up again. */
    Flux<UnfinishedJob> unfinished();

    /** The latest bus time that any commit carried; 0 for a new store. */
    Mono<Long> lastTime();

    /** Names the deployment; made once with the store. */
    Mono<String> deployment();
}
