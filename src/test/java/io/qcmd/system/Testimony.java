package io.qcmd.system;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was seen of one accepted job when all was over, and what is wrong with it.
 *
 * @param matched how many targets the bus promised
 * @param more bytes of output that its command writes beside the checksum
 * @param live targets that the bus counts as not ended
 * @param total targets that it counts at all
 * @param millisTooLate by how much its last fate came after the promised time; 0 or less: it did not
 * @param rows its results
 * @param ends its events
 * @param starts lines of the job in the ledger of each minion
 * @param outputs stdout by minion
 */
record Testimony(
        String job,
        int matched,
        int more,
        int live,
        int total,
        long millisTooLate,
        List<TargetResult> rows,
        List<JobEvent.Ended> ends,
        Map<String, Long> starts,
        Map<String, String> outputs) {

    /** Empty: all of it is true. */
    List<String> objections() {
        List<String> wrong = new ArrayList<>();
        if (live != 0) {
            wrong.add(live + " targets have no fate");
        }
        if (total != matched) {
            wrong.add("the counts say " + total + " targets, accepted were " + matched);
        }
        if (millisTooLate > 0) {
            wrong.add("its last fate came " + millisTooLate + " ms too late");
        }
        wrong.addAll(oneEach("row", rows.stream().map(TargetResult::minion).toList()));
        wrong.addAll(oneEach("event of an end", minionsOf(end -> !end.late())));
        wrong.addAll(revisions());
        rows.forEach(row -> judge(row, wrong));
        ends.forEach(end -> judge(end.result(), wrong));
        starts.keySet().stream()
                .filter(minion -> rows.stream().noneMatch(row -> row.minion().equals(minion)))
                .forEach(minion -> wrong.add("it ran on " + minion + ", which is no target"));
        return wrong.stream().distinct().map(what -> "job " + job + ": " + what).toList();
    }

    /** The late truths of what was LOST at first. */
    List<TargetResult> revised() {
        return ends.stream()
                .filter(JobEvent.Ended::late)
                .map(JobEvent.Ended::result)
                .toList();
    }

    /** How each target ended, by what is known now. */
    List<TargetResult> fates() {
        List<TargetResult> revised = revised();
        return Stream.concat(
                        revised.stream(),
                        rows.stream()
                                .filter(row -> revised.stream()
                                        .noneMatch(end -> end.minion().equals(row.minion()))))
                .toList();
    }

    private List<String> oneEach(String what, List<String> minions) {
        Map<String, Long> times = times(minions);
        List<String> wrong = new ArrayList<>();
        times.forEach((minion, count) -> {
            if (count != 1) {
                wrong.add(minion + " has " + count + " times a " + what);
            }
        });
        if (times.size() != matched) {
            wrong.add(times.size() + " targets have a " + what + ", accepted were " + matched);
        }
        return wrong;
    }

    /** Only LOST is revised, and once. */
    private List<String> revisions() {
        List<String> wrong = new ArrayList<>();
        times(minionsOf(JobEvent.Ended::late)).forEach((minion, count) -> {
            boolean lost = ends.stream()
                    .anyMatch(end -> !end.late()
                            && end.result().minion().equals(minion)
                            && end.result().state() == TargetState.LOST);
            if (count != 1 || !lost) {
                wrong.add(minion + " was revised " + count + " times, LOST before: " + lost);
            }
        });
        return wrong;
    }

    private void judge(TargetResult end, List<String> wrong) {
        String minion = end.minion();
        long count = starts.getOrDefault(minion, 0L);
        String what = end.state() + " on " + minion;
        if (count > (end.executed() == Executed.NO ? 0 : 1)) {
            wrong.add(what + ", but it started " + count + " times");
        }
        boolean ownEnd = end.state() == TargetState.SUCCEEDED || end.state() == TargetState.FAILED;
        if (!ownEnd) {
            return;
        }
        if (count == 0) {
            wrong.add(what + ", but it never started");
        }
        int exit = end instanceof TargetResult.Failed failed ? failed.exitCode() : Errand.SUCCESS;
        if (exit != Errand.exit(job)) {
            wrong.add(what + " with exit code " + exit + ", its own is " + Errand.exit(job));
        }
        String output = outputs.getOrDefault(minion, "");
        if (!output.equals(Errand.output(job, minion, more))) {
            wrong.add(what + " with an output of " + output.length() + " characters that is not its own");
        }
    }

    private List<String> minionsOf(Predicate<JobEvent.Ended> which) {
        return ends.stream().filter(which).map(end -> end.result().minion()).toList();
    }

    private static Map<String, Long> times(List<String> minions) {
        return minions.stream().collect(Collectors.groupingBy(minion -> minion, TreeMap::new, Collectors.counting()));
    }
}
