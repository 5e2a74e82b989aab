package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.TargetState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How the targets of one job ended, and which names never became targets. */
final class Tally {
    /** What the ledger says of a target that was over before its agent could end it. */
    private static final Set<TargetState> BY_ITSELF =
            EnumSet.of(TargetState.SUCCEEDED, TargetState.FAILED, TargetState.TIMED_OUT);

    private final Map<TargetState, Integer> ends = new EnumMap<>(TargetState.class);
    /** Those whom a cancel of ours had to tell, as long as they have no end. */
    private final Set<String> told = new HashSet<>();

    private final Map<TargetState, Integer> beforeTheSignal = new EnumMap<>(TargetState.class);
    private Discarded discarded = Discarded.NONE;
    private int largestExit;

    void count(JobEvent event) {
        if (event instanceof JobEvent.Started started) {
            discarded = started.accepted().discarded();
        } else if (event instanceof JobEvent.Ended end) {
            TargetState state = end.result().state();
            ends.merge(state, 1, Integer::sum);
            if (told.remove(end.result().minion()) && BY_ITSELF.contains(state)) {
                beforeTheSignal.merge(state, 1, Integer::sum);
            }
            if (end.result() instanceof TargetResult.Failed failed) {
                largestExit = Math.max(largestExit, failed.exitCode());
            }
            if (end.late()) {
                ends.merge(TargetState.LOST, -1, (all, less) -> all + less == 0 ? null : all + less);
            }
        }
    }

    /** The job was cancelled from here, and this is what became of its targets at once. */
    void cancelled(List<Answer> answers) {
        answers.stream()
                .filter(answer -> answer.effect() == Effect.PENDING)
                .forEach(answer -> told.add(answer.minion().value()));
    }

    Map<TargetState, Integer> ends() {
        return ends;
    }

    int total() {
        return ends.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Whether something was cancelled, so that the job itself may have been. */
    boolean mayBeCancelled() {
        return ends.containsKey(TargetState.CANCELLED) || ends.containsKey(TargetState.TERMINATED);
    }

    /** The largest exit code of a failed target; 0 when none failed. */
    int largestExit() {
        return largestExit;
    }

    /** Targets, and those asked for by name that became none. */
    int asked() {
        return total() + discarded.asked();
    }

    /** How many of those did not succeed. */
    int bad() {
        return asked() - ends.getOrDefault(TargetState.SUCCEEDED, 0);
    }

    /** Targets that ended without one. */
    int withoutStatus() {
        return total() - ends.getOrDefault(TargetState.SUCCEEDED, 0) - ends.getOrDefault(TargetState.FAILED, 0);
    }

    ExitCode exit(boolean cancelled) {
        return ExitCode.of(Set.copyOf(ends.keySet()), cancelled, discarded.asked() > 0);
    }

    /** {@code 3 ok}, or {@code 8 minions · 7 ok · 1 failed}. */
    String summary() {
        String parts = ends.entrySet().stream()
                .map(entry -> Texts.count(entry.getValue()) + " " + Texts.state(entry.getKey()) + early(entry.getKey()))
                .collect(Collectors.joining(" · "));
        return ends.size() == 1 && ends.containsKey(TargetState.SUCCEEDED)
                ? parts
                : Texts.minions(total()) + " · " + parts;
    }

    private String early(TargetState state) {
        Integer some = beforeTheSignal.get(state);
        return some == null ? "" : " (" + Texts.count(some) + " ended before the signal)";
    }
}
