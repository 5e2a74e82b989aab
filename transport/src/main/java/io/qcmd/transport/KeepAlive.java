package io.qcmd.transport;

import java.time.Duration;

/**
 * How fast a dead peer is noticed: after {@code lifetime} to {@code lifetime + interval}.
 *
 * @param interval 10 to 60 s
 * @param lifetime 2 to 3 intervals, at most 180 s
 */
public record KeepAlive(Duration interval, Duration lifetime) {
    public static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(30));

    private static final long MIN_INTERVAL = 10_000;
    private static final long MAX_INTERVAL = 60_000;

    public KeepAlive {
        if (!accepts(interval.toMillis(), lifetime.toMillis())) {
            throw new IllegalArgumentException(
                    "keep-alive: interval " + interval + ", lifetime " + lifetime + "; use 10-60 s and 2-3 times that");
        }
    }

    /** The rule that both sides keep; the lifetime of 180 s at most follows from it. */
    static boolean accepts(long intervalMillis, long lifetimeMillis) {
        return intervalMillis >= MIN_INTERVAL
                && intervalMillis <= MAX_INTERVAL
                && lifetimeMillis >= 2 * intervalMillis
                && lifetimeMillis <= 3 * intervalMillis;
    }
}
