package io.qcmd.client.local;

import java.time.Duration;

/**
 * When to ask whether the bus still lives, and when to give it up: a lifetime after the first question that it left without any frame. So a process that was stopped
 * for longer than that still reads what the bus has said meanwhile, before it judges. All times are {@link System#nanoTime}'s. One thread.
 */
final class Heartbeat {
    private final long interval;
    private final long lifetime;
    private long lastBeat;
    private boolean waiting;
    private long waitingSince;

    Heartbeat(Duration interval, Duration lifetime, long now) {
        this.interval = interval.toNanos();
        this.lifetime = lifetime.toNanos();
        this.lastBeat = now;
    }

    /** Something came from the bus. */
    void heard() {
        waiting = false;
    }

    boolean isOver(long now) {
        return waiting && now - waitingSince > lifetime;
    }

    /** Whether to ask now; then the next question is due an interval later. */
    boolean isDue(long now) {
        if (now - lastBeat < interval) {
            return false;
        }
        lastBeat = now;
        if (!waiting) {
            waiting = true;
            waitingSince = now;
        }
        return true;
    }

    /** How long nothing has to be done, at least 1 ms. */
    long pauseMillis(long now) {
        return Math.max(1, (interval - (now - lastBeat)) / 1_000_000);
    }
}
