package io.qcmd.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try to connect. Full jitter: a random time up to a bound that doubles with each failure, so that many agents that failed
 * together do not come back together.
 *
 * <p>The end of its bus is the failure that all agents have in common: they come back within the spread that it told, each at a random time. Who comes too early
 * comes again a spread later, so that each keeps the place that it drew: whenever the bus is back, they come at the rate that it wants, and the last is there a
 * spread after that. A new draw from the whole spread would bring twice as many at first, and the rest of the spread would bring them closer together the
 * longer the bus is away. Not thread-safe.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and jitter</a>
 */
final class Backoff {
    /** A connection that lived this long was a good one: the bound starts anew. */
    static final Duration STABLE = Duration.ofSeconds(60);

    private static final int MOST_DOUBLINGS = 30;
    /** This part of a spread is drawn anew each time: agents that one thing has brought together drift apart. */
    private static final int DRIFT = 32;

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
        long again = spreadNanos - upTo(spreadNanos / DRIFT);
        return Duration.ofNanos(Math.max(again, upTo(bound())));
    }

    /** The bus has too much to do, and said when it is worth a new try: never before, and not all at that time. */
    Duration afterBusy(Duration retryAfter) {
        Duration longest = Duration.ofNanos(longestNanos);
        return (retryAfter.compareTo(longest) < 0 ? retryAfter : longest).plus(anyTime());
    }

    /** The bus will not have this agent as it is; trying on is only for the day on which either of them has changed. */
    Duration afterRefusal() {
        return Duration.ofNanos(longestNanos / 2 + upTo(longestNanos / 2));
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
        return anyTime();
    }

    private Duration anyTime() {
        return Duration.ofNanos(upTo(Math.max(bound(), spreadNanos)));
    }

    private long bound() {
        int doublings = Math.min(failures++, MOST_DOUBLINGS);
        return firstNanos > longestNanos >> doublings ? longestNanos : firstNanos << doublings;
    }

    private long upTo(long nanos) {
        return random.nextLong(nanos + 1);
    }
}
