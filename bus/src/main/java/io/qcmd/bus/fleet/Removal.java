package io.qcmd.bus.fleet;

import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionRef;
import io.qcmd.protocol.QcmdException;
import java.time.Clock;
import java.util.Collection;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Forgets minions that are gone. With a minion its journal's epoch is forgotten, which tells after a break what of a granted job ran: so nobody is forgotten
 * before all that was granted has its fate. Thread-safe.
 */
public final class Removal {
    private final Fleet fleet;
    private final Registry registry;
    private final Function<MinionId, ? extends Collection<JobId>> granted;
    private final Clock clock;
    private final Scheduler core;

    /**
     * @param granted jobs of a minion that got GO and have no fate
     * @param core where the fleet is changed, in the order in which the registry was
     */
    public Removal(
            Fleet fleet,
            Registry registry,
            Function<MinionId, ? extends Collection<JobId>> granted,
            Clock clock,
            Scheduler core) {
        this.fleet = fleet;
        this.registry = registry;
        this.granted = granted;
        this.clock = clock;
        this.core = core;
    }

    /**
     * Completes when it is on disk, with its audit row, and targets do not mean it any more. What waits for it expires; an agent of that name that comes is a new
     * minion. Not enrolled: MINION_NOT_FOUND; connected, or with a job that may run there: BAD_REQUEST.
     */
    public Mono<MinionRef> remove(Principal actor, MinionRef minion) {
        return Mono.defer(() -> {
            Member member = fleet.retired(minion.minion());
            Mono<MinionRef> gone = Mono.fromRunnable(() -> checkGranted(minion.minion()))
                    .then(Mono.defer(() -> registry.remove(minion.minion(), audit(actor, minion))))
                    .publishOn(core)
                    .then(Mono.fromSupplier(() -> {
                        fleet.forget(member);
                        return minion;
                    }))
                    .doOnError(refused -> member.stay());
            // What is on disk comes into force, also when the caller is gone by then.
            return Mono.fromFuture(gone.toFuture(), true);
        });
    }

    /** Without a session no GO can be given meanwhile. */
    private void checkGranted(MinionId minion) {
        granted.apply(minion).stream().findFirst().ifPresent(job -> {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "minion '" + minion + "' cannot be forgotten: job " + job.shortForm() + " may run there",
                    "qcmd attach " + job.shortForm() + " waits for its end");
        });
    }

    private AuditRecord audit(Principal actor, MinionRef minion) {
        return new AuditRecord(
                clock.millis(), actor.trace(), "REMOVE", minion.minion().value(), "forgotten");
    }
}
