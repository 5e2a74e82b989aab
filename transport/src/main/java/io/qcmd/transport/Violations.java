package io.qcmd.transport;

import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/** Counts what guards had to close, and logs at most one line a second of it, however many attack. Thread-safe; one for all doors of a process. */
public final class Violations {
    private static final Logger log = LoggerFactory.getLogger(Violations.class);
    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongAdder[] totals = new LongAdder[Violation.values().length];
    private final LongAdder requests = new LongAdder();
    private final LongAdder unlogged = new LongAdder();
    private final Scheduler clock;
    private final AtomicLong logAfter;

    public Violations(Scheduler clock) {
        this.clock = clock;
        this.logAfter = new AtomicLong(clock.now(TimeUnit.NANOSECONDS));
        Arrays.setAll(totals, i -> new LongAdder());
    }

    /** How often it happened since the start. */
    public long total(Violation reason) {
        return totals[reason.ordinal()].sum();
    }

    /** How often any happened since the start. */
    public long total() {
        return Arrays.stream(totals).mapToLong(LongAdder::sum).sum();
    }

    /** Connections that were closed for what they did. */
    public long offences() {
        return sum(false);
    }

    /** Connections and requests that were told BUSY. */
    public long refused() {
        return sum(true) + requests.sum();
    }

    private long sum(boolean busy) {
        return Arrays.stream(Violation.values())
                .filter(reason -> reason.isBusy() == busy)
                .mapToLong(this::total)
                .sum();
    }

    /** A request was told BUSY; its connection stays. */
    void countRequest() {
        requests.increment();
    }

    /** A connection is closed for this. */
    public void count(Violation reason, SocketAddress peer) {
        totals[reason.ordinal()].increment();
        long now = clock.now(TimeUnit.NANOSECONDS);
        long after = logAfter.get();
        if (now - after >= 0 && logAfter.compareAndSet(after, now + LOG_PAUSE_NANOS)) {
            log.warn(
                    "guard: closed {}: {}: {}; {} more since the last line",
                    peer,
                    reason,
                    reason.rule(),
                    unlogged.sumThenReset());
        } else {
            unlogged.increment();
        }
    }
}
