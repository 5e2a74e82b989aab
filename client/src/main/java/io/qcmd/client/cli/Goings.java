package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What goes on in a job, minion by minion: who is at work, and who has ended last. The bus names at most a page of those at work each time, so that the last ones, for whom
 * everybody waits, are named all.
 */
final class Goings {
    /** Ends that are remembered. */
    private static final int MOST_ENDS = 50;

    private static final int SAMPLE_BYTES = 1024;

    private final Deque<TargetResult> ends = new ArrayDeque<>();
    private Set<String> named = new LinkedHashSet<>();
    private Set<String> atWork = named;

    void note(JobEvent event) {
        if (event instanceof JobEvent.Advanced advanced) {
            named.add(advanced.minion());
        } else if (event instanceof JobEvent.Ended end) {
            named.remove(end.result().minion());
            ends.addFirst(end.result());
            if (ends.size() > MOST_ENDS) {
                ends.removeLast();
            }
        } else if (event instanceof JobEvent.Progressed) {
            atWork = named;
            named = new LinkedHashSet<>();
        }
    }

    /** Those at work in one row, then the last ends, the newest first. */
    List<String> rows(int most) {
        List<String> rows = new ArrayList<>();
        if (!atWork.isEmpty()) {
            rows.add("  at work  " + String.join(",", FoldedNames.of(List.copyOf(atWork))));
        }
        int width = ends.stream().mapToInt(end -> end.minion().length()).max().orElse(0);
        ends.forEach(end ->
                rows.add("  " + Width.pad(end.minion(), width) + "  " + new Crowd(end, SAMPLE_BYTES, false).title()));
        return rows.subList(0, Math.min(most, rows.size()));
    }
}
