package io.qcmd.bus.job;

import io.qcmd.protocol.QcmdException;
import java.time.Duration;

/**
 * How many jobs and targets live. A new job takes its room in one step before anything of it is written, so that two at once cannot both take the last; each target
 * gives its room back when its fate is on disk, the job when all are. Thread-safe.
 */
final class LiveLoad {
    private static final Duration LATER = Duration.ofSeconds(1);

    private int jobs;
    private long targets;

    /** Passes, or fails with BUSY: no room for one more job of so many targets. */
    synchronized void check(int more, JobSettings limits) {
        if (jobs >= limits.liveJobs()) {
            throw QcmdException.busy("bus: " + jobs + " jobs are live, the limit of live_jobs", LATER);
        }
        if (targets + more > limits.liveTargets()) {
            throw QcmdException.busy(
                    "bus: " + targets + " targets are live, and " + more + " more are over live_targets, "
                            + limits.liveTargets(),
                    LATER);
        }
    }

    /** Takes the room of a job; BUSY when there is none. */
    synchronized void take(int more, JobSettings limits) {
        check(more, limits);
        add(more);
    }

    /** Takes the room of a job that was accepted long ago: above a limit that was lowered, too. */
    synchronized void add(int more) {
        jobs++;
        targets += more;
    }

    synchronized void giveTargets(int ended) {
        targets -= ended;
    }

    synchronized void giveJob() {
        jobs--;
    }

    synchronized int jobs() {
        return jobs;
    }

    synchronized long targets() {
        return targets;
    }
}
