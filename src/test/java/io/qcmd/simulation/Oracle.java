package io.qcmd.simulation;

import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.TargetState;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows what was promised, and looks at each step whether it holds: G1 to G7 of the design. It believes nobody: what ran it counts where it is exec'ed, what is
 * durable it asks the disk.
 */
final class Oracle {
    private final MemoryStore disk;
    private final Map<String, JobId> requests = new HashMap<>();
    private final Map<Target, Integer> executions = new HashMap<>();
    private final Map<TargetState, Integer> fates = new EnumMap<>(TargetState.class);
    private final Map<JobId, Integer> ends = new HashMap<>();
    private final Map<Target, Return> kept = new HashMap<>();
    private final Set<Target> fences = new HashSet<>();
    private final Set<Target> wanted = new HashSet<>();
    private final Set<MinionId> forgetful = new HashSet<>();
    private final Map<MinionId, Long> newestOffer = new HashMap<>();
    private final Set<Target> offered = new HashSet<>();
    private final Map<String, Long> newestOfSession = new HashMap<>();
    private final Map<String, JobId> unanswered = new HashMap<>();
    /** The lives of the bus in which jobs came onto the disk, and in which minions had their latest sessions. */
    private final Map<JobId, Integer> recordedIn = new HashMap<>();

    private final Map<MinionId, Integer> connectedIn = new HashMap<>();
    private int lives;
    private @Nullable String complaint;

    private record Target(JobId job, MinionId minion) {}

    /** A promise was broken. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(String what) {
            super(what);
        }
    }

    Oracle(MemoryStore disk) {
        this.disk = disk;
    }

    /** All jobs on the disk, also those whose client never got an answer. */
    List<JobRecord> jobs() {
        return disk.newest(Integer.MAX_VALUE)
                .concatMap(head -> disk.job(head.job()))
                .collectList()
                .blockOptional()
                .orElse(List.of());
    }

    private void check(boolean holds, String promise, @Nullable Object... what) {
        if (!holds) {
            complain(String.format(promise, what));
        }
    }

    /** The first complaint counts. What is thrown ends the step, unless the product catches it. */
    void complain(String what) {
        if (complaint == null) {
            complaint = what;
        }
        throw new Broken(what);
    }

    @Nullable
    String complaint() {
        return complaint;
    }

    // What clients see.

    void accepted(Submit submit, Accepted answer) {
        JobRecord job = known(answer.job());
        check(
                job.minions().size() == answer.matched() && job.requestId().equals(submit.requestId()),
                "G1: job %s was accepted for %d targets, and on the disk it is %s",
                answer.job(),
                answer.matched(),
                job);
        check(
                disk.audits().stream()
                        .anyMatch(row -> row.object().equals(answer.job().toString())),
                "G1: job %s has no audit row",
                answer.job());
        JobId before = requests.putIfAbsent(submit.requestId(), answer.job());
        check(
                before == null || before.equals(answer.job()),
                "G6: request %s gave job %s, and now %s",
                submit.requestId(),
                before,
                answer.job());
    }

    /** A cancel is on its way: from now on a target may be cancelled. */
    void cancels(JobId job, MinionId minion) {
        wanted.add(new Target(job, minion));
    }

    void cancelled(JobId job, CancelPage.Answer answer) {
        Target target = new Target(job, answer.minion());
        Fate fate = fate(target);
        if (answer.effect() == CancelPage.Effect.FENCED) {
            check(fate != null, "cancel: %s is fenced as %s, and the disk has no fate", target, answer.state());
        }
        fences.add(target);
    }

    /** A reader sees a fate. */
    void shown(JobId job, Fate fate) {
        Fate known = fate(new Target(job, fate.minion()));
        check(
                known != null && (known.seq() == fate.seq() || known.late() && fate.state() == TargetState.LOST),
                "G2: job %s shows %s, and the disk has %s",
                job,
                fate,
                known);
    }

    /**
     * A bus starts. What was evicted just before its end, and was not on the disk as DROPPED, is queued again: for the first time it may be offered after newer ones.
     */
    void busStarts() {
        newestOffer.clear();
        lives++;
    }

    /** A job is on the disk. */
    void recorded(JobId job) {
        recordedIn.putIfAbsent(job, lives);
    }

    /** It is on the disk that the minion has a session. */
    void connected(MinionId minion) {
        connectedIn.put(minion, lives);
    }

    // What crosses the wire.

    /** @param session names it */
    void offers(String session, JobId job, MinionId minion) {
        JobId before = unanswered.put(session, job);
        check(before == null, "G7: %s gets job %s before %s was answered", minion, job, before);
        long order = known(job).order();
        check(
                newestOfSession.merge(session, order, Math::max) == order,
                "G7: %s gets job %s after a newer one on the same session",
                minion,
                job);
        boolean first = offered.add(new Target(job, minion));
        long newest = newestOffer.merge(minion, order, Math::max);
        check(!first || newest == order, "G7: %s gets job %s for the first time after a newer one", minion, job);
        check(fate(new Target(job, minion)) == null, "job %s is offered to %s after its end", job, minion);
    }

    /** GO, VOID, or the agent refused it. */
    void answers(String session, JobId job) {
        unanswered.remove(session, job);
    }

    void permits(JobId job, MinionId minion) {
        Target target = new Target(job, minion);
        check(!fences.contains(target), "cancel: GO for %s after its cancel was answered", target);
    }

    // What agents do.

    void executed(MinionId minion, JobId job) {
        Target target = new Target(job, minion);
        check(executions.merge(target, 1, Integer::sum) == 1, "G3: %s was started twice", target);
        Fate fate = fate(target);
        check(
                fate == null || fate.executed() != Executed.NO,
                "G5: %s is %s, and is started now",
                target,
                fate == null ? null : fate.state());
    }

    void kept(MinionId minion, Return result) {
        kept.put(new Target(result.job(), minion), result);
    }

    void released(MinionId minion, JobId job) {
        Fate fate = fate(new Target(job, minion));
        check(
                fate != null && fate.state() != TargetState.LOST || isUnstarted(minion, job),
                "G4: %s drops its entry of job %s, and the disk of the bus has %s",
                minion,
                job,
                fate == null ? "no fate" : fate.state());
    }

    /** Without a result, and it never ran: there is nothing to lose. */
    private boolean isUnstarted(MinionId minion, JobId job) {
        Target target = new Target(job, minion);
        return !kept.containsKey(target) && !executions.containsKey(target) && wanted.contains(target);
    }

    void lost(MinionId minion) {
        forgetful.add(minion);
    }

    // What the disk says.

    void settled(FateRecord record) {
        fates.merge(record.state(), 1, Integer::sum);
        Target target = new Target(record.job(), record.minion());
        if (!record.late()) {
            ends.merge(record.job(), 1, Integer::sum);
        }
        Fate fate = fate(target);
        check(
                fate != null && fate.state() == record.state(),
                "G2: %s was settled as %s and is %s",
                target,
                record,
                fate);
        JobRecord job = known(record.job());
        check(job.minions().contains(record.minion()), "G2: %s is no target", target);
        honest(target, record, job);
    }

    private void honest(Target target, FateRecord record, JobRecord job) {
        int times = executions.getOrDefault(target, 0);
        TargetState state = record.state();
        switch (state.executed()) {
            case NO -> check(times == 0, "G5: %s is %s and was started", target, state);
            case YES -> check(times == 1, "G5: %s is %s and was never started", target, state);
            case UNKNOWN -> {}
        }
        Return result = record.result();
        switch (state) {
            case SUCCEEDED, FAILED ->
                check(
                        result != null
                                && (state == TargetState.SUCCEEDED)
                                        == Integer.valueOf(0).equals(result.exitCode())
                                && Integer.valueOf(Plan.exitCode(target.job(), target.minion()))
                                        .equals(result.exitCode()),
                        "G5: %s ended with %d, and the disk says %s",
                        target,
                        Plan.exitCode(target.job(), target.minion()),
                        result);
            case CANCELLED, TERMINATED ->
                check(wanted.contains(target), "G5: %s is %s and nobody wanted that", target, state);
            case EXPIRED ->
                check(
                        record.at() >= job.expiresAt(),
                        "G5: %s EXPIRED at %d, before %d",
                        target,
                        record.at(),
                        job.expiresAt());
            case LOST -> {
                check(record.at() >= job.completesBy(), "G2: %s is LOST before its time", target);
                check(
                        connectedIn.getOrDefault(target.minion(), 0) >= recordedIn.getOrDefault(target.job(), 0),
                        "G5: %s is LOST, and no session of its minion can have got GO",
                        target);
            }
            default -> {}
        }
    }

    // At the end.

    boolean isComplete() {
        return jobs().stream().allMatch(this::isComplete);
    }

    private boolean isComplete(JobRecord job) {
        return ends.getOrDefault(job.job(), 0) == job.minions().size();
    }

    /** G2 in time: at this time of the bus. */
    void inTime(long now) {
        for (JobRecord job : jobs()) {
            check(
                    job.completesBy() > now || isComplete(job),
                    "G2: job %s is not complete at %d, completesBy %d",
                    job.job(),
                    now,
                    job.completesBy());
        }
    }

    void atRest() {
        for (JobRecord job : jobs()) {
            check(isComplete(job), "G2: job %s is not complete", job.job());
            int total = fates(job.job());
            check(
                    total == job.minions().size(),
                    "G2: job %s has %d targets and %d fates",
                    job.job(),
                    job.minions().size(),
                    total);
            check(job.endedAt() > 0, "G2: job %s has all its fates, and no end", job.job());
        }
        kept.forEach(this::told);
    }

    /** How often targets ended in which way. */
    Map<TargetState, Integer> fates() {
        return fates;
    }

    private int fates(JobId job) {
        var counts = disk.fates(job).block();
        return counts == null ? 0 : counts.total();
    }

    /** G4: what was on the disk of an agent is what the bus says, unless that disk was lost. */
    private void told(Target target, Return result) {
        Fate fate = fate(target);
        boolean told = fate != null && fate.state() == result.state();
        check(
                told || forgetful.contains(target.minion()) && fate != null && fate.state() != TargetState.SUCCEEDED,
                "G4: %s kept %s of %s, and the bus says %s",
                target.minion(),
                result.state(),
                target.job(),
                fate);
        if (fate != null && told && (result.state() == TargetState.SUCCEEDED || result.state() == TargetState.FAILED)) {
            Plan plan = Plan.of(known(target.job()).command());
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            disk.page(target.job(), 0, true, Set.of(target.minion())).blockOptional().orElseThrow().output().stream()
                    .map(piece -> piece.bytes().toArray())
                    .forEach(printed::writeBytes);
            check(
                    Bytes.wrap(printed.toByteArray()).equals(plan.output(target.job(), target.minion())),
                    "output: %s printed %s bytes, and the disk has %d, or others",
                    target,
                    plan.prints(),
                    printed.size());
        }
    }

    /** A job that must be on the disk. */
    JobRecord known(JobId id) {
        JobRecord job = job(id);
        if (job == null) {
            complain("G1: job " + id + " is not on the disk");
            throw new IllegalStateException();
        }
        return job;
    }

    private @Nullable JobRecord job(JobId job) {
        return disk.job(job).block();
    }

    private @Nullable Fate fate(Target target) {
        return disk.fate(target.job(), target.minion()).block();
    }
}
