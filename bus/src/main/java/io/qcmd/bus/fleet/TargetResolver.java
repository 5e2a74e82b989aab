package io.qcmd.bus.fleet;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import io.qcmd.protocol.Target;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;

/**
 * Says whom a target expression names: ids, globs ({@code web*}, {@code db?}, {@code web[abc]}), folded sets ({@code web[01-20,31]}), and lists of these between
 * commas. A pure function of its arguments; any thread. What is typed by a stranger costs at most {@value #MOST_STEPS} simple steps and the memory of
 * {@code targets_per_job} names, whatever it is.
 */
public final class TargetResolver {
    /** A step looks at one character of one minion's id; this many take about 0.1 s. */
    static final long MOST_STEPS = 20_000_000;
    /** Compiling a glob costs about as much as looking at this many characters. */
    private static final int STEPS_PER_GLOB = 500;

    private final int limit;

    /** With the number of minions that one job may have, {@code targets_per_job}. */
    public TargetResolver(int limit) {
        this.limit = limit;
    }

    /**
     * The minions among the known ones. What nobody can be called is TARGET_INVALID and nothing is resolved; more names, minions or work than allowed are
     * LIMIT_EXCEEDED. Nobody found is no error here: see {@link #noMatch}.
     */
    public Resolution resolve(Target target, NavigableSet<MinionId> known) {
        Search search = new Search(target, known);
        Terms.of(target, limit).forEach(search::term);
        return search.found();
    }

    /**
     * The error for a job without a single minion; its hint says who was left out, or names like those that were typed.
     *
     * @param known those that the caller may see
     * @param up how many of them are connected
     * @param discarded who was left out, and why
     */
    public static QcmdException noMatch(Target target, NavigableSet<MinionId> known, int up, Discarded discarded) {
        String message = String.format(
                Locale.ROOT,
                "No minions matched the target %s (%,d known, %,d up). No job was created.",
                Quoted.of(target.expression()),
                known.size(),
                up);
        return new QcmdException(ErrorCode.NO_MINIONS_MATCHED, message, hint(target, known, discarded));
    }

    private static String hint(Target target, NavigableSet<MinionId> known, Discarded discarded) {
        int uncontrollable = discarded.counts().getOrDefault(Discarded.Reason.UNCONTROLLABLE, 0);
        if (uncontrollable > 0) {
            return String.format(
                    Locale.ROOT,
                    "left out: %,d uncontrollable; see qcmd minions ls --state uncontrollable",
                    uncontrollable);
        }
        if (known.isEmpty()) {
            return "no minion is enrolled; start an agent with: qcmd agent";
        }
        List<String> near = NearNames.of(target, known);
        return near.isEmpty() ? ErrorCode.NO_MINIONS_MATCHED.hint() : "near: " + String.join(", ", near);
    }

    /** One expression on its way from term to term. */
    private final class Search {
        private final Target target;
        private final NavigableSet<MinionId> known;
        private final Set<MinionId> minions = new HashSet<>();
        private final Set<String> unknown = new LinkedHashSet<>();
        private long asked;
        private long steps;

        Search(Target target, NavigableSet<MinionId> known) {
            this.target = target;
            this.known = known;
        }

        void term(String term) {
            FoldedSet set = FoldedSet.parse(term, limit);
            asked += set.size();
            if (asked > limit) {
                throw exceeded(String.format(Locale.ROOT, "asks for more than %,d names", limit));
            }
            for (String name : set.names()) {
                if (Glob.isGlob(name)) {
                    glob(Glob.of(name));
                } else {
                    name(name);
                }
            }
        }

        private void name(String name) {
            MinionId minion = Terms.minion(name);
            if (known.contains(minion)) {
                found(minion);
            } else {
                unknown.add(name);
            }
        }

        private void glob(Glob glob) {
            steps += STEPS_PER_GLOB;
            String prefix = glob.prefix();
            for (MinionId minion : prefix.isEmpty() ? known : known.tailSet(Terms.minion(prefix))) {
                String id = minion.value();
                steps += (long) id.length() * glob.width();
                if (steps > MOST_STEPS) {
                    throw exceeded("has too many wildcards for so many minions; begin names with letters");
                }
                if (!id.startsWith(prefix)) {
                    return;
                }
                if (glob.matches(id)) {
                    found(minion);
                }
            }
        }

        private void found(MinionId minion) {
            if (minions.add(minion) && minions.size() > limit) {
                throw exceeded(String.format(Locale.ROOT, "matches more than %,d minions", limit));
            }
        }

        Resolution found() {
            List<Discarded.Name> discarded = unknown.stream()
                    .map(name -> new Discarded.Name(name, Discarded.Reason.UNKNOWN, true))
                    .toList();
            return new Resolution(minions.stream().sorted().toList(), discarded);
        }

        private QcmdException exceeded(String what) {
            return new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED, "target " + Quoted.of(target.expression()) + ": " + what);
        }
    }
}
