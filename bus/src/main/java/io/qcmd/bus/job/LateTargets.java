package io.qcmd.bus.job;

import io.qcmd.bus.job.OutputWindow.Source;
import io.qcmd.bus.store.Ledger;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * LOST targets of which agents tell in their HELLO: the rest of their output is taken before the result that revises them. Holds no more than the last HELLO of each
 * minion told. Thread-safe.
 */
final class LateTargets {
    private final Map<MinionId, Map<JobId, LateTarget>> known = new ConcurrentHashMap<>();
    private final Ledger ledger;

    LateTargets(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Takes a LOST target up. What an older session brought is not all on disk yet, so it counts more than the disk. */
    Mono<Void> open(JobId job, MinionId minion) {
        return Mono.defer(() -> find(job, minion).isPresent()
                ? Mono.empty()
                : stored(job, minion)
                        .doOnNext(target -> known.computeIfAbsent(minion, id -> new ConcurrentHashMap<>())
                                .putIfAbsent(job, target))
                        .then());
    }

    /** Lets go of those that a HELLO did not tell of. */
    void retain(MinionId minion, Set<JobId> told) {
        known.computeIfPresent(minion, (id, jobs) -> {
            jobs.forEach((job, target) -> {
                if (!told.contains(job)) {
                    target.endOutput(Long.MAX_VALUE);
                }
            });
            jobs.keySet().retainAll(told);
            return jobs.isEmpty() ? null : jobs;
        });
    }

    /** Its late truth is on disk. */
    void close(JobId job, MinionId minion) {
        known.computeIfPresent(minion, (id, jobs) -> {
            LateTarget closed = jobs.remove(job);
            if (closed != null) {
                closed.endOutput(Long.MAX_VALUE);
            }
            return jobs.isEmpty() ? null : jobs;
        });
    }

    /** This session of the minion has ended. */
    void endOutput(MinionId minion, long session) {
        known.getOrDefault(minion, Map.of()).values().forEach(target -> target.endOutput(session));
    }

    /** Takes a piece of output; empty: it is known, or nobody waits for it. */
    Optional<Mono<Integer>> take(MinionId minion, Output piece, Source from) {
        return find(piece.job(), minion)
                .flatMap(target -> target.take(piece, from, fresh -> ledger.append(minion, fresh)));
    }

    /** The offset up to which output is taken; 0 of a target that is not known. */
    long taken(JobId job, MinionId minion, Output.Stream stream) {
        return find(job, minion).map(target -> target.upload(stream).end()).orElse(0L);
    }

    /** Whether everything that the agent kept of the output has come. */
    Mono<Boolean> hasOutputOf(MinionId minion, Return result) {
        return Mono.justOrEmpty(find(result.job(), minion))
                .switchIfEmpty(stored(result.job(), minion))
                .map(target -> target.hasOutputOf(result));
    }

    private Mono<LateTarget> stored(JobId job, MinionId minion) {
        return ledger.uploads(job, minion).map(LateTarget::new);
    }

    private Optional<LateTarget> find(JobId job, MinionId minion) {
        return Optional.ofNullable(known.getOrDefault(minion, Map.of()).get(job));
    }
}
