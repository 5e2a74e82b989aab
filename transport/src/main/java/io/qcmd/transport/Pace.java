package io.qcmd.transport;

import java.time.Duration;

/**
 * So many a second, with a burst: the generic cell rate algorithm (ITU-T I.371), whose whole state is one long per connection.
 *
 * @param perSecond 1 to 1,000,000
 * @param burst how many may come at once
 */
public record Pace(int perSecond, int burst) {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    public Pace {
        if (perSecond < 1 || perSecond > 1_000_000 || burst < 1) {
            throw new IllegalArgumentException("pace: " + perSecond + " a second, burst " + burst);
        }
    }

    /** The state after one more at {@code now}, or {@code state} itself when that is one too many. Start with {@code now}. */
    long next(long state, long now) {
        long interval = SECOND / perSecond;
        long next = (state - now > 0 ? state : now) + interval;
        return next - now > interval * burst ? state : next;
    }
}
