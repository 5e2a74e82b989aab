package io.qcmd.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try to connect. Full jitter: a random time up to a bound that doubles with each failure, so that many agents that failed
 * together do not come back together. Not thread-safe.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and jitter</a>
 */
final class Backoff {
    /** A connection that lived this long was a good one: the bound starts anew. */
    static final Duration STABLE = Duration.ofSeconds(60);
    /** A bus that names no spread gets at least this one. */
    static final Duration LEAST_SPREAD = Duration.ofMillis(100);

    private static final int MOST_DOUBLINGS = 30;

    private final long firstNanos;
    private final long longestNanos;
    private final RandomGenerator random;
    private int failures;

    /**
     * @param first the longest wait after the first failure
     * @param longest the longest wait of all
     */
    Backoff(Duration first, Duration longest, RandomGenerator random) {
        if (first.toNanos() < 1 || first.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    "backoff from " + first + " to " + longest + ": use 0 < first <= longest");
        }
        this.firstNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
        this.random = random;
    }

    /** No session came about. */
    Duration afterFailure() {
        int doublings = Math.min(failures++, MOST_DOUBLINGS);
        long bound = firstNanos > longestNanos >> doublings ? longestNanos : firstNanos << doublings;
        return Duration.ofNanos(random.nextLong(bound + 1));
    }

    /** The bus will not have this agent as it is; trying on is only for the day on which either of them has changed. */
    Duration afterRefusal() {
        return Duration.ofNanos(longestNanos / 2 + random.nextLong(longestNanos / 2 + 1));
    }

    /**
     * A session was lost: back at once, as far as all agents of the bus together may; but one that never lives for long counts as a failure.
     *
     * @param lived how long it did
     * @param spread over how long the agents of this bus come back
     */
    Duration afterLoss(Duration lived, Duration spread) {
        if (lived.compareTo(STABLE) >= 0) {
            failures = 0;
        }
        if (failures > 0) {
            return afterFailure();
        }
        failures = 1;
        Duration longest = spread.compareTo(LEAST_SPREAD) < 0 ? LEAST_SPREAD : spread;
        return Duration.ofNanos(random.nextLong(Math.min(longest.toNanos(), longestNanos) + 1));
    }
}
