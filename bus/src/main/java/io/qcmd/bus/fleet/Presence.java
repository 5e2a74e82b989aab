package io.qcmd.bus.fleet;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.topic.Channel;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.Quarantine;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Report;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Who is controllable: carries what is seen of a minion, and what an operator says of it, to its {@link Condition}. Thread-safe. */
public final class Presence {
    /** Between two looks for the log. Whoever asks gets the condition as of then. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Logger log = Loggers.getLogger(Presence.class);

    private final Fleet fleet;
    private final Registry registry;
    private final Topics topics;
    private final Clock clock;
    private final Clock wall;
    private final Scheduler core;

    /**
     * @param clock bus time
     * @param wall what hosts compare their clocks with: bus time is its own after a step of the clock
     * @param core where minions are paused and resumed, one after the other
     */
    public Presence(Fleet fleet, Registry registry, Topics topics, Clock clock, Clock wall, Scheduler core) {
        this.fleet = fleet;
        this.registry = registry;
        this.topics = topics;
        this.clock = clock;
        this.wall = wall;
        this.core = core;
    }

    /** Puts minions on the uncontrollable list or takes them off; completes when it is on disk, with its audit row, and in force. */
    public Mono<Quarantined> quarantine(Principal actor, Quarantine wanted) {
        return Mono.defer(() -> {
            List<MinionId> minions = fleet.named(wanted.target());
            List<MinionId> changed = minions.stream()
                    .filter(minion -> fleet.member(minion).isQuarantined() != wanted.on())
                    .toList();
            Uncontrollable word = wanted.on() ? word(actor, wanted.reason()) : null;
            Mono<Quarantined> inForce = registry.quarantine(changed, word, audit(actor, wanted, minions, changed))
                    .publishOn(core)
                    .then(Mono.fromSupplier(() -> {
                        changed.forEach(minion -> enforce(minion, word));
                        return new Quarantined(minions.size(), changed.size());
                    }));
            // What is on disk comes into force, also when the caller is gone by then.
            return Mono.fromFuture(inForce.toFuture(), true);
        });
    }

    private Uncontrollable word(Principal actor, String reason) {
        String text = "by " + actor.name() + (reason.isEmpty() ? "" : ": " + reason);
        return new Uncontrollable(Uncontrollable.Reason.QUARANTINED, text, clock.millis());
    }

    private AuditRecord audit(Principal actor, Quarantine wanted, List<MinionId> minions, List<MinionId> changed) {
        String names = changed.stream().limit(100).map(MinionId::value).collect(Collectors.joining(","));
        return new AuditRecord(
                clock.millis(),
                actor.trace(),
                wanted.on() ? "QUARANTINE" : "RELEASE",
                wanted.target().expression(),
                changed.size() + " of " + minions.size() + " minions: " + wanted.reason() + " [" + names + "]");
    }

    private void enforce(MinionId minion, @Nullable Uncontrollable word) {
        fleet.member(minion).quarantine(word);
        Channel channel = topics.topic(minion).channel();
        if (word == null) {
            channel.resume();
        } else {
            channel.pause();
        }
    }

    /** The agent says how it is. */
    public void health(MinionId minion, Report.Health told) {
        fleet.member(minion)
                .health(new HealthInfo(
                        clock.millis(),
                        told.clock() - wall.millis(),
                        told.diskFree(),
                        told.diskNeeded(),
                        told.slots(),
                        told.freeSlots(),
                        told.loadPercent()));
    }

    /** A message was emitted to it. Must not block: called within a turn of its Topic. */
    public void offered(MinionId minion) {
        fleet.member(minion).offered();
    }

    /** It said READY or REFUSED. */
    public void answered(MinionId minion) {
        fleet.member(minion).answered();
    }

    /** Starts the one look at all minions that logs who came onto the list and who left it. */
    public Disposable sweep(Scheduler scheduler) {
        return scheduler.schedulePeriodically(this::tellNews, LOOK.toMillis(), LOOK.toMillis(), MILLISECONDS);
    }

    private void tellNews() {
        long now = clock.millis();
        for (Member member : fleet.members()) {
            if (member.hasNews(now)) {
                Uncontrollable why = member.uncontrollable(now);
                if (why == null) {
                    log.info("minion {} is controllable again", member.id());
                } else {
                    log.warn("minion {} is uncontrollable, {}: {}", member.id(), why.reason(), why.text());
                }
            }
        }
    }
}
