package io.qcmd.bench;

import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.util.List;

/**
 * What became of jobs that were accepted, whose commands succeed wherever they run.
 *
 * @param lostJobs the bus knows nothing of them
 * @param succeeded targets, of all jobs
 * @param untrue targets that have no fate, more than one, or another one than their minion knows of
 * @param startedAgain starts of a command that its minion had started before
 */
record Outcome(int jobs, long targets, int lostJobs, long succeeded, long untrue, long startedAgain) {
    static final Outcome NONE = new Outcome(0, 0, 0, 0, 0, 0);

    /** Of a job that the bus does not know: none of its targets has a fate. */
    static Outcome lost(Accepted job, Starts.OfJob starts) {
        return new Outcome(1, job.matched(), 1, 0, job.matched(), starts.again());
    }

    /**
     * Of one job. Target by target: a start without its success and a success without a start would cancel out in a sum.
     *
     * @param counts of its states, as the bus adds them up
     * @param results as it tells them one by one
     */
    static Outcome of(Accepted job, Starts.OfJob starts, Counts counts, List<TargetResult> results) {
        long untrue = results.stream().filter(result -> !isTrue(result, starts)).count();
        long told = results.stream().map(TargetResult::minion).distinct().count();
        long missing = job.matched() - Math.min(told, counts.total() - counts.live());
        long tooMany = Math.max(results.size(), counts.total()) - job.matched();
        return new Outcome(
                1,
                job.matched(),
                0,
                counts.of(TargetState.SUCCEEDED),
                untrue + Math.max(0, missing) + Math.max(0, tooMany),
                starts.again());
    }

    private static boolean isTrue(TargetResult result, Starts.OfJob starts) {
        return starts.minions().contains(new MinionId(result.minion()))
                ? result.state() == TargetState.SUCCEEDED
                : result.executed() == Executed.NO;
    }

    Outcome plus(Outcome more) {
        return new Outcome(
                jobs + more.jobs,
                targets + more.targets,
                lostJobs + more.lostJobs,
                succeeded + more.succeeded,
                untrue + more.untrue,
                startedAgain + more.startedAgain);
    }
}
