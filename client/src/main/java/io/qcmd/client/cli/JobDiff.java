package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where two jobs came to different things. Output is compared by the hashes that agents tell of what is kept of it, so that none of it has to be fetched. Keeps a few
 * words for each target of the first job.
 */
final class JobDiff {
    /** How a minion differs. */
    enum Kind {
        /** In its state or exit code. */
        END,
        /** It ended alike, and wrote something else. */
        OUTPUT,
        /** It is a target of the first job only. */
        FIRST_ONLY,
        SECOND_ONLY
    }

    /**
     * One minion that differs.
     *
     * @param first how it ended in the first job; empty: it is no target there
     */
    record Difference(String minion, Kind kind, String first, String second) {}

    private record Outcome(String end, String stdout, String stderr) {
        static Outcome of(TargetInfo target) {
            Return result = target.result();
            return new Outcome(
                    end(target),
                    result == null ? "" : written(result.stdout()),
                    result == null ? "" : written(result.stderr()));
        }

        private static String end(TargetInfo target) {
            return target.state() == TargetState.FAILED && target.result() != null
                    ? "exit " + target.result().exitCode()
                    : Texts.state(target.state());
        }

        private static String written(Return.Captured captured) {
            return captured.total() + " " + captured.sha256().hex();
        }
    }

    private final Map<String, Outcome> onlyFirst = new TreeMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private long minions;

    private JobDiff() {}

    /** In order of minions; those of the first job only come last. */
    static JobDiff of(Job first, Job second) {
        JobDiff diff = new JobDiff();
        Calls.each(first.targets(), target -> diff.onlyFirst.put(target.minion().value(), Outcome.of(target)));
        diff.minions = diff.onlyFirst.size();
        Map<String, Outcome> seconds = new TreeMap<>();
        Calls.each(second.targets(), target -> {
            String minion = target.minion().value();
            Outcome outcome = Outcome.of(target);
            Outcome before = diff.onlyFirst.get(minion);
            if (outcome.equals(before)) {
                diff.onlyFirst.remove(minion);
            } else {
                seconds.put(minion, outcome);
            }
        });
        seconds.forEach((minion, outcome) -> diff.differs(minion, diff.onlyFirst.remove(minion), outcome));
        diff.onlyFirst.forEach(
                (minion, outcome) -> diff.add(new Difference(minion, Kind.FIRST_ONLY, outcome.end(), "")));
        return diff;
    }

    private void differs(String minion, @Nullable Outcome first, Outcome second) {
        if (first == null) {
            minions++;
            add(new Difference(minion, Kind.SECOND_ONLY, "", second.end()));
        } else {
            Kind kind = first.end().equals(second.end()) ? Kind.OUTPUT : Kind.END;
            add(new Difference(minion, kind, first.end(), second.end()));
        }
    }

    private void add(Difference difference) {
        differences.add(difference);
    }

    List<Difference> differences() {
        return differences;
    }

    /** {@code 2 of 20,000 minions differ}. */
    String summary() {
        return differences.isEmpty()
                ? "no difference on " + Texts.minions(minions)
                : Texts.count(differences.size()) + " of " + Texts.minions(minions)
                        + (differences.size() == 1 ? " differs" : " differ");
    }
}
