package io.qcmd.bus.job;

import io.qcmd.bus.job.OutputWindow.Source;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.bus.topic.Envelope;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage.Hint;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A job with targets whose fate is not on disk yet. Holds these only; what has its fate is in the ledger. Its monitor is the one owner of their states; nothing
 * is called while it is held but the transition table and {@code commit}, which only queues a write. Thread-safe.
 */
final class LiveJob {
    private static final Set<TargetState> GRANTED = EnumSet.of(TargetState.ACCEPTED, TargetState.RUNNING);

    private final JobRecord job;
    private final Envelope envelope;
    private final News rows = new News();
    private final News moves = new News();
    private final News end = new News();
    private final Map<MinionId, LiveTarget> open = new HashMap<>();
    private final Map<TargetState, Integer> counts = new EnumMap<>(TargetState.class);
    private int undecided;
    private @Nullable CancelWish cancel;

    LiveJob(JobRecord job, Envelope envelope, Counts fates) {
        this.job = job;
        this.envelope = envelope;
        this.cancel = job.cancel();
        counts.putAll(fates.byState());
    }

    JobRecord job() {
        return job;
    }

    Envelope envelope() {
        return envelope;
    }

    /** That the ledger has more of it: version 0 as long as it has nothing but the job itself. */
    News rows() {
        return rows;
    }

    /** That a target has another state, or the ledger has more of it. */
    News moves() {
        return moves;
    }

    /** That it lives no more: version 0 while it does. */
    News end() {
        return end;
    }

    /** Wakes its readers: something was committed. */
    void tellCommitted() {
        rows.tell();
        moves.tell();
    }

    /** Adds a target while the job is being opened. */
    synchronized LiveTarget add(MinionId minion, TargetState state) {
        LiveTarget target = new LiveTarget(state);
        open.put(minion, target);
        counts.merge(state, 1, Integer::sum);
        undecided++;
        return target;
    }

    /**
     * A transition that is no end; false: the table forbids it.
     *
     * @param now bus time
     */
    synchronized boolean move(MinionId minion, TargetState next, long now) {
        LiveTarget target = open.get(minion);
        if (target == null || !target.state.canBecome(next)) {
            return false;
        }
        count(target.state, next);
        target.state = next;
        target.steps = target.steps.to(next, now);
        return true;
    }

    /**
     * Decides a fate, if the table allows it: the first writer wins.
     *
     * @param write given whether this is the last undecided target, and the steps of this one, queues the write; it is subscribed to at once, in the order of the decisions
     * @param then runs when it is on disk
     * @return the commit; empty: the table forbids it, or the fate was decided before
     */
    synchronized Optional<Mono<Long>> decide(
            MinionId minion, TargetState end, BiFunction<Boolean, Steps, Mono<Long>> write, Runnable then) {
        LiveTarget target = open.get(minion);
        if (target == null || target.commit != null || !target.state.canBecome(end)) {
            return Optional.empty();
        }
        undecided--;
        TargetState before = target.state;
        target.state = end;
        target.endOutput();
        Mono<Long> commit = queued(write.apply(undecided == 0, target.steps).doOnSuccess(seq -> {
            committed(minion, before, end);
            then.run();
        }));
        target.commit = commit;
        return Optional.of(commit);
    }

    /** Is written now, in this order, whoever waits for it. */
    static <T> Mono<T> queued(Mono<T> write) {
        Mono<T> commit = write.cache();
        commit.subscribe(new Commit(() -> {}));
        return commit;
    }

    /** The commit of a fate that was decided and is not on disk yet. */
    synchronized Optional<Mono<Long>> commit(MinionId minion) {
        return Optional.ofNullable(open.get(minion)).map(target -> target.commit);
    }

    private synchronized void committed(MinionId minion, TargetState before, TargetState end) {
        open.remove(minion);
        count(before, end);
    }

    /** Whether every fate is on disk. */
    synchronized boolean isSettled() {
        return open.isEmpty();
    }

    /** The state of a target whose fate is not on disk; empty: it is, or there is no such target. */
    synchronized Optional<TargetState> state(MinionId minion) {
        return Optional.ofNullable(open.get(minion)).map(target -> target.state);
    }

    /** Where a target stands that has no fate. */
    record Standing(TargetState state, Steps steps, boolean cancelWanted) {}

    /** Empty: its fate is decided, or there is no such target. */
    synchronized Optional<Standing> standing(MinionId minion) {
        return Optional.ofNullable(open.get(minion))
                .filter(target -> target.commit == null)
                .map(target -> new Standing(target.state, target.steps, isCancelWanted(minion)));
    }

    /** The targets that have no fate, each with its state. */
    synchronized Map<MinionId, TargetState> undecided() {
        Map<MinionId, TargetState> states = new HashMap<>();
        open.forEach((minion, target) -> {
            if (target.commit == null) {
                states.put(minion, target.state);
            }
        });
        return states;
    }

    /** Completes when what is decided by now is on disk. */
    synchronized Mono<Void> commits() {
        return Mono.when(open.values().stream()
                .map(target -> target.commit)
                .filter(Objects::nonNull)
                .toList());
    }

    synchronized boolean isGranted(MinionId minion) {
        LiveTarget target = open.get(minion);
        return target != null && GRANTED.contains(target.state);
    }

    synchronized void wantCancel(MinionId minion, CancelWish wish) {
        LiveTarget target = open.get(minion);
        if (target != null) {
            target.cancel = wish.after(target.cancel);
        }
    }

    /** What is wanted of a target, by name and with the whole job; empty: no cancel is, or its fate is on disk. */
    synchronized Optional<CancelWish> cancelWanted(MinionId minion) {
        return Optional.ofNullable(open.get(minion))
                .map(target -> target.cancel == null ? cancel : target.cancel.after(cancel));
    }

    synchronized boolean isCancelWanted(MinionId minion) {
        LiveTarget target = open.get(minion);
        return target != null && (target.cancel != null || cancel != null);
    }

    synchronized void wantCancel(CancelWish wish) {
        cancel = wish.after(cancel);
    }

    synchronized List<MinionId> open() {
        return new ArrayList<>(open.keySet());
    }

    synchronized Counts counts() {
        return new Counts(counts);
    }

    /** Up to {@code most} targets that got GO and go on; of these minions, of none named: of all. */
    synchronized List<Hint> hints(Set<MinionId> some, int most) {
        int granted = GRANTED.stream()
                .mapToInt(state -> counts.getOrDefault(state, 0))
                .sum();
        // No look at the others once all are found: they may be 100,000.
        return (some.isEmpty() ? open.keySet() : some)
                .stream()
                        .filter(this::isGranted)
                        .limit(Math.min(most, granted))
                        .map(minion -> new Hint(minion, state(minion).orElseThrow()))
                        .toList();
    }

    /** A LOST target got its late truth. */
    synchronized void revised(TargetState end) {
        count(TargetState.LOST, end);
    }

    /** What its agent has to be told; empty: it has no GO, or an end, or is not to be cancelled. */
    synchronized Optional<Control.Cancel> kill(MinionId minion) {
        return cancelWanted(minion)
                .filter(wish -> isGranted(minion))
                .map(wish -> new Control.Cancel(job.job(), wish.killAfterMillis()));
    }

    synchronized Upload upload(MinionId minion, Output.Stream stream) {
        LiveTarget target = open.get(minion);
        return target == null ? Upload.NONE : target.upload(stream);
    }

    /**
     * Takes a piece of output of a target that got GO.
     *
     * @param write given the part that is new, queues the write; it is subscribed to at once: what was taken note of is written, in this order, whoever waits for it
     * @return the commit, with the window from then on; empty: all of it was there before, or nobody waits for it
     */
    synchronized Optional<Mono<Integer>> take(
            MinionId minion, Output piece, Source from, Function<Output, Mono<Long>> write) {
        LiveTarget target = open.get(minion);
        if (target == null || !GRANTED.contains(target.state)) {
            return Optional.empty();
        }
        return target.take(piece, from, write, this::stored);
    }

    private synchronized int stored(OutputWindow window, int size) {
        return window.committed(size);
    }

    /** This session of the minion has ended. */
    synchronized void endOutput(MinionId minion, long session) {
        LiveTarget target = open.get(minion);
        if (target != null) {
            target.endOutput(session);
        }
    }

    /** Whether everything that the agent kept of the output has come; a target that has its fate has all it needs. */
    synchronized boolean hasOutputOf(MinionId minion, Return result) {
        LiveTarget target = open.get(minion);
        return target == null || target.commit != null || target.hasOutputOf(result);
    }

    private void count(TargetState from, TargetState to) {
        counts.merge(from, -1, Integer::sum);
        counts.merge(to, 1, Integer::sum);
    }
}
