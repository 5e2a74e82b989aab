package io.qcmd.bus.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the job room is told by the config.
 *
 * @param longestExpiry {@code max_message_expired_time}
 * @param ackTimeout {@code ack_timeout}
 * @param killGrace {@code kill_grace} of the agents, at most
 * @param reportGrace {@code report_grace}: how long a result may travel
 * @param liveJobs {@code live_jobs}: above it BUSY
 * @param liveTargets {@code live_targets} of all live jobs: above it BUSY
 * @param targetsPerJob {@code targets_per_job}
 */
public record JobSettings(
        Duration longestExpiry,
        Duration ackTimeout,
        Duration killGrace,
        Duration reportGrace,
        int liveJobs,
        int liveTargets,
        int targetsPerJob) {
    /** How long a message may wait, in milliseconds: what the request says, else half of the timeout, never more than the longest. */
    long expiryMillis(long timeoutMillis, @Nullable Long wanted) {
        return wanted != null ? wanted : Math.min(Math.max(1, timeoutMillis / 2), longestExpiry.toMillis());
    }

    /** From acceptance to the time at which every target has its fate. */
    long completionMillis(long expiryMillis, long timeoutMillis) {
        return expiryMillis + ackTimeout.toMillis() + timeoutMillis + killGrace.toMillis() + reportGrace.toMillis();
    }
}
