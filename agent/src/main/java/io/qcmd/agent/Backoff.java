package io.qcmd.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try to connect. Full jitter: a random time up to a bound that doubles with each failure, so that many agents that failed
 * together do not come back together. The bound is never less than the spread of the bus, as its end is the failure that all of its agents have in common. Not
 * thread-safe.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and jitter</a>
 */
final class Backoff {
    /** A connection that lived this long was a good one: the bound starts anew. */
    static final Duration STABLE = Duration.ofSeconds(60);

    private static final int MOST_DOUBLINGS = 30;

    private final long firstNanos;
    private final long longestNanos;
    private final RandomGenerator random;
    private long spreadNanos;
    private int failures;

    /**
     * @param first the longest wait after the first failure
     * @param longest the longest wait of all, whatever a bus says
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

    /** Over how long the agents of this bus come back; holds until the bus says something else. */
    void spread(Duration told) {
        spreadNanos = told.compareTo(Duration.ofNanos(longestNanos)) < 0 ? told.toNanos() : longestNanos;
    }

    /** No session came about. */
    Duration afterFailure() {
        int doublings = Math.min(failures++, MOST_DOUBLINGS);
        long bound = firstNanos > longestNanos >> doublings ? longestNanos : firstNanos << doublings;
        return Duration.ofNanos(random.nextLong(Math.max(bound, spreadNanos) + 1));
    }

    /** The bus has too much to do, and said when it is worth a new try: never before, and not all at that time. */
    Duration afterBusy(Duration retryAfter) {
        Duration longest = Duration.ofNanos(longestNanos);
        return (retryAfter.compareTo(longest) < 0 ? retryAfter : longest).plus(afterFailure());
    }

    /** The bus will not have this agent as it is; trying on is only for the day on which either of them has changed. */
    Duration afterRefusal() {
        return Duration.ofNanos(longestNanos / 2 + random.nextLong(longestNanos / 2 + 1));
    }

    /**
     * A session was lost, in good order or not: which of the two, an agent cannot tell for all the others.
     *
     * @param lived how long it did; one that never lives for long counts as a failure
     */
    Duration afterLoss(Duration lived) {
        if (lived.compareTo(STABLE) >= 0) {
            failures = 0;
        }
        return afterFailure();
    }
}
