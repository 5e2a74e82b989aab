package io.qcmd.transport;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * How long a task that is ready waits for its event loop. One shared timer hands each loop an empty task ten times a second and looks how long it took.
 *
 * <p>A single long wait says little: a pause of the collector, a burst. What says that there is more work than the loops can do is a queue that does not go away: the
 * <em>shortest</em> wait of a whole second (Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 2012). The longest is for people. Thread-safe.
 */
public final class EventLoopLag {
    private static final Logger log = LoggerFactory.getLogger(EventLoopLag.class);
    private static final Duration TICK = Duration.ofMillis(100);
    /** Ticks of the last five seconds, and those of the last one. */
    private static final int KEPT = 50;

    private static final int STANDING = 10;

    private final Map<Executor, Probe> probes = new ConcurrentHashMap<>();
    private final Duration limit;
    private final Scheduler timers;
    /** Touched by the timer alone. */
    private boolean over;

    /** @param limit of the standing lag, from which on a line is logged, once until it has fallen to half of it */
    public EventLoopLag(Duration limit, Scheduler timers) {
        this.limit = limit;
        this.timers = timers;
    }

    /** Begins to look; ends with the result. */
    public Disposable start() {
        return timers.schedulePeriodically(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The longest wait of the last five seconds, of all loops. */
    public Duration longest() {
        return most(Probe::longest);
    }

    /** The shortest wait of the last second, of the loop where it is longest. Zero during the first second. */
    public Duration standing() {
        return most(Probe::standing);
    }

    /** Looks at this event loop from now on; again: nothing. */
    void watch(Executor loop) {
        probes.computeIfAbsent(loop, Probe::new);
    }

    private Duration most(Function<Probe, Long> lag) {
        return Duration.ofNanos(probes.values().stream().map(lag).reduce(0L, Math::max));
    }

    private void tick() {
        long now = now();
        probes.forEach((loop, probe) -> {
            try {
                probe.tick(now);
            } catch (RejectedExecutionException ended) {
                probes.remove(loop);
            }
        });
        Duration standing = standing();
        if (!over && standing.compareTo(limit) >= 0) {
            over = true;
            log.warn("event loops are {} ms behind: there is more to do than they can", standing.toMillis());
        } else if (over && standing.compareTo(limit.dividedBy(2)) < 0) {
            over = false;
            log.info("event loops are up to date again");
        }
    }

    private long now() {
        return timers.now(TimeUnit.NANOSECONDS);
    }

    /** One event loop. Its monitor is held for a few instructions. */
    private final class Probe {
        private final Executor loop;
        private final long[] lags = new long[KEPT];
        private long ticks;
        private long latest;
        private long sentAt;
        private boolean waiting;

        Probe(Executor loop) {
            this.loop = loop;
        }

        void tick(long now) {
            if (note(now)) {
                loop.execute(this::arrived);
            }
        }

        /** Whether a new task may be sent: the one before has arrived. */
        private synchronized boolean note(long now) {
            lags[(int) (ticks++ % KEPT)] = waiting ? Math.max(latest, now - sentAt) : latest;
            if (waiting) {
                return false;
            }
            waiting = true;
            sentAt = now;
            return true;
        }

        private synchronized void arrived() {
            latest = now() - sentAt;
            waiting = false;
        }

        synchronized long longest() {
            long longest = 0;
            for (long lag : lags) {
                longest = Math.max(longest, lag);
            }
            return longest;
        }

        synchronized long standing() {
            long shortest = Long.MAX_VALUE;
            for (int back = 1; back <= STANDING; back++) {
                // What was not measured yet is 0.
                shortest = Math.min(shortest, lags[(int) Math.floorMod(ticks - back, (long) KEPT)]);
            }
            return shortest;
        }
    }
}
