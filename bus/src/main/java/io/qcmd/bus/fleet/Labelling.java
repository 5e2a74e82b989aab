package io.qcmd.bus.fleet;

import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Relabel;
import io.qcmd.protocol.Relabelled;
import java.time.Clock;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The labels that operators give minions: on disk first, then in force. Thread-safe. */
public final class Labelling {
    private final Fleet fleet;
    private final Registry registry;
    private final Clock clock;
    private final Scheduler core;

    /** @param core where changes come into force in the order in which the registry took them */
    public Labelling(Fleet fleet, Registry registry, Clock clock, Scheduler core) {
        this.fleet = fleet;
        this.registry = registry;
        this.clock = clock;
        this.core = core;
    }

    /** Changes the labels of minions, the uncontrollable too; completes when it is on disk, with its audit row, and targets mean it. */
    public Mono<Relabelled> relabel(Principal actor, Relabel wanted) {
        return Mono.defer(() -> {
            List<MinionId> minions = fleet.named(wanted.target());
            List<MinionId> changed = minions.stream()
                    .filter(minion -> isChanged(minion, wanted.change()))
                    .toList();
            Mono<Relabelled> inForce = registry.label(changed, wanted.change(), audit(actor, wanted, minions, changed))
                    .publishOn(core)
                    .then(Mono.fromSupplier(() -> {
                        changed.forEach(minion -> fleet.member(minion).label(wanted.change()));
                        return new Relabelled(minions.size(), changed.size());
                    }));
            // What is on disk comes into force, also when the caller is gone by then.
            return Mono.fromFuture(inForce.toFuture(), true);
        });
    }

    /** Refuses what would be too many, by name. */
    private boolean isChanged(MinionId minion, Labels.Change change) {
        Labels before = fleet.member(minion).given();
        try {
            return !before.with(change).equals(before);
        } catch (QcmdException e) {
            throw new QcmdException(e.code(), "minion '" + minion + "': " + e.getMessage(), e.hint());
        }
    }

    private AuditRecord audit(Principal actor, Relabel wanted, List<MinionId> minions, List<MinionId> changed) {
        String names = changed.stream().limit(100).map(MinionId::value).collect(Collectors.joining(","));
        return new AuditRecord(
                clock.millis(),
                actor.trace(),
                "LABEL",
                wanted.target().expression(),
                changed.size() + " of " + minions.size() + " minions: " + words(wanted.change()) + " [" + names + "]");
    }

    /** As one types it: {@code dc=bj role=web old-}. */
    private static String words(Labels.Change change) {
        StringBuilder words = new StringBuilder();
        new TreeMap<>(change.set().pairs())
                .forEach((name, value) ->
                        words.append(' ').append(name).append('=').append(value));
        change.removed().forEach(name -> words.append(' ').append(name).append('-'));
        return words.substring(1);
    }
}
