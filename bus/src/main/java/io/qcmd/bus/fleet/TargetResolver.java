package io.qcmd.bus.fleet;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import io.qcmd.protocol.Target;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says whom a target expression means; docs/targets.md has the grammar. A pure function of its arguments and the saved groups; any thread. What is typed by a
 * stranger costs at most {@value Search#MOST_STEPS} simple steps and the memory of {@code targets_per_job} names, whatever it is.
 */
public final class TargetResolver {
    private final int mostNames;
    private final Function<String, @Nullable Target> groups;

    /**
     * @param mostNames how many an expression may ask for one by one, {@code targets_per_job}
     * @param groups the saved target of that name; null: there is none
     */
    public TargetResolver(int mostNames, Function<String, @Nullable Target> groups) {
        this.mostNames = mostNames;
        this.groups = groups;
    }

    /**
     * The minions of a fleet that are meant. What cannot be read, or what nobody can be called, is TARGET_INVALID and nothing is resolved; more names or work
     * than allowed are LIMIT_EXCEEDED; an unknown group is GROUP_NOT_FOUND. Nobody found is no error here: see {@link #noMatch}.
     */
    public Resolution resolve(Target target, Roster fleet) {
        Search search = search(target, fleet, true);
        BitSet found = search.run(parse(target));
        return new Resolution(found.stream().mapToObj(fleet::minion).toList(), search.unknown());
    }

    /** Refuses what {@link #resolve} would refuse for any fleet. */
    public void check(Target target) {
        BitSet nobody = search(target, Roster.EMPTY, true).run(parse(target));
        if (!nobody.isEmpty()) {
            throw new IllegalStateException(
                    "target " + Quoted.of(target.expression()) + ": found somebody in no fleet");
        }
    }

    Expression parse(Target target) {
        return TargetParser.parse(target, mostNames);
    }

    Search search(Target target, Roster fleet, boolean isWanted) {
        return new Search(target, fleet, groups, mostNames, isWanted);
    }

    /**
     * The error for a target without a single minion; its hint says who was left out, or names like those that were typed.
     *
     * @param fleet those that the caller may see
     * @param up how many of them are connected
     * @param discarded who was left out, and why
     * @param otherwise what did not come about therefore, as a sentence; maybe nothing
     */
    QcmdException noMatch(Target target, Roster fleet, int up, Discarded discarded, String otherwise) {
        String message = String.format(
                Locale.ROOT,
                "No minions matched the target %s (%,d known, %,d up). %s",
                Quoted.of(target.expression()),
                fleet.size(),
                up,
                otherwise);
        return new QcmdException(ErrorCode.NO_MINIONS_MATCHED, message.strip(), hint(target, fleet, discarded));
    }

    private String hint(Target target, Roster fleet, Discarded discarded) {
        Map<Discarded.Reason, Integer> leftOut = new TreeMap<>(discarded.counts());
        leftOut.remove(Discarded.Reason.UNKNOWN);
        if (!leftOut.isEmpty()) {
            String reasons = leftOut.entrySet().stream()
                    .map(entry -> String.format(
                            Locale.ROOT,
                            "%,d %s",
                            entry.getValue(),
                            entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
                    .collect(Collectors.joining(", "));
            return "left out: " + reasons
                    + (leftOut.containsKey(Discarded.Reason.UNCONTROLLABLE)
                            ? "; see qcmd minions ls --state uncontrollable"
                            : "");
        }
        if (fleet.size() == 0) {
            return "no minion is enrolled; start an agent with: qcmd agent";
        }
        List<String> near = NearNames.of(parse(target).names(), fleet);
        String all = ErrorCode.NO_MINIONS_MATCHED.hint();
        return near.isEmpty()
                ? all
                : "near: " + String.join(", ", near) + "\n" + all + " '"
                        + near.get(0).charAt(0) + "*' -o name";
    }
}
