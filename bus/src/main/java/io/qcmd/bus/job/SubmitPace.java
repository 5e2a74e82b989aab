package io.qcmd.bus.job;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * So many submits a second for each user, up to one second's worth at once: the generic cell rate algorithm (ITU-T I.371), whose whole state is one time per user.
 * Thread-safe.
 */
final class SubmitPace {
    /** Users remembered; above it those are forgotten who have asked for nothing lately. */
    private static final int USERS = 1_024;

    private static final long SECOND = 1_000_000;

    private final long interval;
    private final Clock clock;
    /** When, in microseconds, a user's submits would have come at the pace. */
    private final Map<String, Long> due = new HashMap<>();

    /** @param perSecond 1 to 1,000,000 */
    SubmitPace(int perSecond, Clock clock) {
        this.interval = SECOND / perSecond;
        this.clock = clock;
    }

    /** Takes one submit of this user, if it may come now: zero; else how long until it may, and nothing is taken. */
    synchronized Duration take(String user) {
        long now = clock.millis() * 1_000;
        if (due.size() >= USERS) {
            due.values().removeIf(time -> time <= now);
        }
        long next = Math.max(due.getOrDefault(user, now), now) + interval;
        long wait = next - now - Math.max(SECOND, interval);
        if (wait > 0) {
            return Duration.ofMillis((wait + 999) / 1_000);
        }
        due.put(user, next);
        return Duration.ZERO;
    }
}
