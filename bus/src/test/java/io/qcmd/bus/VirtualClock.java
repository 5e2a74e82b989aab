package io.qcmd.bus;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The wall clock of virtual time. */
public final class VirtualClock extends Clock {
    private final long start;
    private final VirtualTimeScheduler time;

    /** @param start what it shows at virtual time 0, milliseconds since 1970 */
    public VirtualClock(long start, VirtualTimeScheduler time) {
        this.start = start;
        this.time = time;
    }

    @Override
    public long millis() {
        return start + time.now(TimeUnit.MILLISECONDS);
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
        return this;
    }
}
