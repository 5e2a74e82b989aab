package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        /** It ended alike, but of what it wrote an agent has lost all, and its hash. */
        UNKNOWN,
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

    private record Outcome(String end, Return.Captured stdout, Return.Captured stderr) {
        static Outcome of(TargetInfo target) {
            Return result = target.result();
            return new Outcome(
                    end(target),
                    result == null ? Return.Captured.NONE : result.stdout(),
                    result == null ? Return.Captured.NONE : result.stderr());
        }

        /** How it differs; empty: not at all. */
        Optional<Kind> differs(Outcome other) {
            if (!end.equals(other.end)) {
                return Optional.of(Kind.END);
            }
            if (differ(stdout, other.stdout) || differ(stderr, other.stderr)) {
                return Optional.of(Kind.OUTPUT);
            }
            return equals(other) && isKnown(stdout) && isKnown(stderr) ? Optional.empty() : Optional.of(Kind.UNKNOWN);
        }

        private static boolean differ(Return.Captured one, Return.Captured other) {
            return one.total() != other.total() || isKnown(one) && isKnown(other) && !one.equals(other);
        }

        private static boolean isKnown(Return.Captured captured) {
            return captured.total() == 0 || captured.kept() > 0;
        }

        private static String end(TargetInfo target) {
            return target.state() == TargetState.FAILED && target.result() != null
                    ? "exit " + target.result().exitCode()
                    : Texts.state(target.state());
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
            if (before != null && before.differs(outcome).isEmpty()) {
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
            first.differs(second).ifPresent(kind -> add(new Difference(minion, kind, first.end(), second.end())));
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
        long unknown = differences.stream()
                .filter(difference -> difference.kind() == Kind.UNKNOWN)
                .count();
        long differing = differences.size() - unknown;
        String what = differing == 0
                ? "no difference on " + Texts.minions(minions - unknown)
                : Texts.count(differing) + " of " + Texts.minions(minions) + (differing == 1 ? " differs" : " differ");
        return unknown == 0 ? what : what + "; not known of " + Texts.minions(unknown) + ", as output was lost";
    }
}
