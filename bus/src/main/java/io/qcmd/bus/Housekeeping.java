package io.qcmd.bus;

import io.qcmd.bus.store.PurgeRule;
import io.qcmd.bus.store.StoreSize;
import io.qcmd.bus.store.Upkeep;
import io.qcmd.protocol.QcmdException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Forgets what is over: looks once a minute, and as long as there is more to forget does a step of milliseconds, then lets the store do other things for longer
 * than that. Thread-safe.
 */
final class Housekeeping {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration ROUND = Duration.ofMinutes(1);
    /** Between two steps: at least three quarters of the writer's time are for others. */
    private static final Duration PAUSE = Duration.ofMillis(20);
    /** After the end of a job somebody may still read it or repeat its request, however full the store is. */
    private static final Duration SPARED = Duration.ofMinutes(10);

    private final Keeping settings;
    private final Upkeep upkeep;
    private final Clock clock;
    private final Scheduler timers;
    private volatile StoreSize size = new StoreSize(0, 0);

    Housekeeping(Keeping settings, Upkeep upkeep, Clock clock, Scheduler timers) {
        this.settings = settings;
        this.upkeep = upkeep;
        this.clock = clock;
        this.timers = timers;
    }

    /** Begins at once, and goes on until it is disposed. */
    Disposable start() {
        return step().repeat().subscribe(again -> {}, error -> log.error("nothing is forgotten any more", error));
    }

    /** How large the store was at the last look, up to a minute ago, and how far back it went, for people; empty: nobody knows. */
    String told() {
        StoreSize last = size;
        if (last.used() == 0) {
            return "";
        }
        long hours = Duration.ofMillis(Math.max(0, clock.millis() - last.oldestAcceptedAt()))
                .toHours();
        String jobs = last.oldestAcceptedAt() == 0 ? "" : ", oldest job " + hours + " h";
        return ", " + (last.used() >> 20) + " MiB" + jobs;
    }

    private Mono<Long> step() {
        return Mono.defer(() -> upkeep.purge(rule(clock.millis())))
                .flatMap(more -> more ? Mono.just(PAUSE) : look().thenReturn(ROUND))
                // A full disk, another process, the end of the store: it can wait, or ends anyway.
                .onErrorResume(QcmdException.class, e -> Mono.just(ROUND))
                .flatMap(rest -> Mono.delay(rest, timers));
    }

    private Mono<StoreSize> look() {
        return upkeep.size().doOnNext(now -> size = now);
    }

    private PurgeRule rule(long now) {
        return new PurgeRule(
                now - settings.keepJobs().toMillis(),
                settings.bytesBeforePurge(),
                now - SPARED.toMillis(),
                now - settings.keepAudit().toMillis());
    }
}
