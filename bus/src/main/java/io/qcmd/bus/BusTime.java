package io.qcmd.bus;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * Bus time, in milliseconds since 1970: monotonic within a run, whatever the wall clock does; over a restart it advances by the wall clock, and never goes back
 * behind what the ledger has seen. Downtime counts.
 */
final class BusTime extends Clock {
    private final LongSupplier nanos;
    private final long startNanos;
    private final long startMillis;

    /**
     * @param wall the wall clock, read once
     * @param nanos a monotonic clock in nanoseconds
     * @param lastMillis the latest bus time on disk; 0 for a new store
     */
    BusTime(Clock wall, LongSupplier nanos, long lastMillis) {
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.startMillis = Math.max(wall.millis(), lastMillis);
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
