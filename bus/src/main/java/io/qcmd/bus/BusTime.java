package io.qcmd.bus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Bus time, in milliseconds since 1970: monotonic within a run, whatever the wall clock does; over a restart it advances by the wall clock, and never goes back
 * behind what the ledger has seen. Downtime counts.
 */
final class BusTime extends Clock {
    /** How often the wall clock is looked at. */
    private static final Duration LOOK = Duration.ofSeconds(5);
    /** What it may drift from one look to the next, and nobody is told. */
    private static final long SLEW_MILLIS = 5_000;

    private static final Logger log = LoggerFactory.getLogger(BusTime.class);

    private final Clock wall;
    private final LongSupplier nanos;
    private final long startNanos;
    private final long startMillis;

    /** By how much the wall clock was ahead at the last look. */
    private long ahead;

    /**
     * @param wall the wall clock; only its first word counts
     * @param nanos a monotonic clock in nanoseconds
     * @param lastMillis the latest bus time on disk, behind which a run begins; 0 for a new store
     */
    BusTime(Clock wall, LongSupplier nanos, long lastMillis) {
        this.wall = wall;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.startMillis = Math.max(wall.millis(), lastMillis + 1);
        this.ahead = wall.millis() - startMillis;
    }

    /** Looks at the wall clock from time to time, and logs its jumps. */
    Disposable watch(Scheduler scheduler) {
        return scheduler.schedulePeriodically(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** By how many milliseconds the wall clock has jumped since the last look; 0: it went on as time does. */
    synchronized long look() {
        long now = wall.millis() - millis();
        long jump = Math.abs(now - ahead) > SLEW_MILLIS ? now - ahead : 0;
        if (jump != 0) {
            log.warn(
                    "the wall clock jumped by {} ms; bus time goes on as it was, until the bus is started again", jump);
        }
        ahead = now;
        return jump;
    }

    @Override
    public long millis() {
        return startMillis + (nanos.getAsLong() - startNanos) / 1_000_000;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
