package io.qcmd.bus.fleet;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One expression on its way through a fleet. Sets of minions are bit sets over the roster. Each part is looked for among those that are still open: behind an
 * {@code and} only among what the parts before it left, behind an {@code or} only among what they did not find; but every part is looked at, so that a name that
 * nobody can have is refused wherever it stands. Work is counted, whatever is typed: at most {@value #MOST_STEPS} steps. One thread, once.
 */
final class Search {
    /** A step takes 3 ns at most: a look at one character with one word of a glob. This many are 0.1 s. What costs more is charged as more, before it is done. */
    static final long MOST_STEPS = 30_000_000;
    /** Looking at a part of an expression at all. */
    private static final int STEPS_PER_TERM = 500;
    /** Making a pattern, per character of it. */
    private static final int STEPS_PER_SYMBOL = 32;
    /** Finding an id. */
    private static final int STEPS_PER_NAME = 64;
    /** Looking at an id with a pattern at all. */
    private static final int STEPS_PER_ID = 24;
    /** Reading what a minion told, and finding a label or an address in it: far apart in memory. */
    private static final int STEPS_PER_TRAIT = 32;
    /** Reading a character of an address. */
    private static final int STEPS_PER_DIGIT = 2;
    /** Tree and groups inside each other: far from the end of a stack. */
    private static final int MOST_DEPTH = 256;

    private final Target target;
    private final Roster fleet;
    private final Function<String, @Nullable Target> groups;
    private final int mostNames;

    private final BitSet asked = new BitSet();
    private final Map<String, Discarded.Name> unknown = new LinkedHashMap<>();
    private final Set<String> openGroups = new LinkedHashSet<>();
    private @Nullable Traits @Nullable [] told;
    private long steps;
    private long names;
    private int depth;
    private int next;
    private boolean isWanted;

    /**
     * @param groups the saved target of that name; null: there is none
     * @param mostNames how many it may ask for one by one
     * @param isWanted whether those that are found are meant, or left out
     */
    Search(Target target, Roster fleet, Function<String, @Nullable Target> groups, int mostNames, boolean isWanted) {
        this.target = target;
        this.fleet = fleet;
        this.groups = groups;
        this.mostNames = mostNames;
        this.isWanted = isWanted;
    }

    /** The minions that it names; once. */
    BitSet run(Expression expression) {
        BitSet all = new BitSet(fleet.size());
        all.set(0, fleet.size());
        return find(expression, all);
    }

    /** Those that it asks for by id, list or range, wherever that stands. */
    BitSet asked() {
        return asked;
    }

    /** Names of nobody, each once, in the order of the expression. Behind a not they were not asked for, but are told: it may be a typing error. */
    List<Discarded.Name> unknown() {
        return List.copyOf(unknown.values());
    }

    long steps() {
        return steps;
    }

    BitSet names(List<String> terms, BitSet among) {
        BitSet found = new BitSet();
        for (String term : terms) {
            FoldedSet set = FoldedSet.parse(term, mostNames);
            names += set.size();
            if (names > mostNames) {
                throw exceeded(String.format(Locale.ROOT, "asks for more than %,d names", mostNames));
            }
            for (String name : set.names()) {
                charge(STEPS_PER_NAME + name.length());
                if (Glob.isGlob(name)) {
                    charge(STEPS_PER_TERM + (long) STEPS_PER_SYMBOL * name.length());
                    glob(Glob.ofIds(name), among, found);
                } else {
                    name(name, among, found);
                }
            }
        }
        return found;
    }

    private void name(String name, BitSet among, BitSet found) {
        // The names of a range follow each other in the roster too.
        int minion = fleet.isAt(next, name) ? next : fleet.find(name);
        next = minion + 1;
        if (minion < 0) {
            Terms.checkName(name);
            Discarded.Name nobody = new Discarded.Name(name, Discarded.Reason.UNKNOWN, isWanted);
            unknown.merge(name, nobody, (before, now) -> before.asked() ? before : now);
        } else {
            asked.set(minion, isWanted || asked.get(minion));
            found.set(minion, found.get(minion) || among.get(minion));
        }
    }

    private void glob(Glob glob, BitSet among, BitSet found) {
        String prefix = glob.prefix();
        if (!prefix.isEmpty()) {
            Terms.checkName(prefix);
        }
        int end = end(prefix);
        for (int i = among.nextSetBit(fleet.from(prefix)); i >= 0 && i < end; i = among.nextSetBit(i + 1)) {
            String id = fleet.id(i);
            charge(STEPS_PER_ID + (long) id.length() * glob.cost());
            if (glob.matches(id)) {
                found.set(i);
            }
        }
    }

    BitSet trait(Expression.Trait trait, BitSet among) {
        BitSet found = new BitSet();
        charge((long) STEPS_PER_SYMBOL * trait.pattern().length());
        Glob glob = Glob.isPattern(trait.pattern()) ? Glob.ofValues(trait.pattern()) : null;
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            charge(STEPS_PER_TRAIT);
            String value = traits(i).value(trait.name(), trait.isFact());
            if (value != null) {
                charge((long) value.length() * (glob == null ? 1 : glob.cost()));
                found.set(i, glob == null ? value.equalsIgnoreCase(trait.pattern()) : glob.matches(value));
            }
        }
        return found;
    }

    BitSet regex(Expression.Regex regex, BitSet among) {
        BitSet found = new BitSet();
        IdRegex wanted = IdRegex.compile(regex.pattern(), regex.isAtStart(), this::charge);
        String prefix = IdRegex.prefix(regex.isAtStart() ? "^" + regex.pattern() : regex.pattern());
        int end = end(prefix);
        for (int i = among.nextSetBit(fleet.from(prefix)); i >= 0 && i < end; i = among.nextSetBit(i + 1)) {
            if (wanted.isIn(fleet.id(i))) {
                found.set(i);
            }
        }
        return found;
    }

    BitSet address(Network network, BitSet among) {
        BitSet found = new BitSet();
        String fact = network.isIpv6() ? "ipv6" : "ipv4";
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            String addresses = traits(i).value(fact, false);
            charge(STEPS_PER_TRAIT + (addresses == null ? 0 : STEPS_PER_DIGIT * (long) addresses.length()));
            if (addresses != null && network.containsOneOf(addresses)) {
                found.set(i);
            }
        }
        return found;
    }

    BitSet group(String name, BitSet among) {
        Target saved = groups.apply(name);
        if (saved == null) {
            throw new QcmdException(ErrorCode.GROUP_NOT_FOUND, "group '@" + name + "': there is none of that name");
        }
        if (!openGroups.add(name)) {
            throw new QcmdException(
                    ErrorCode.GROUP_INVALID,
                    "group '@" + name + "': is inside of itself, @" + String.join(" → @", openGroups) + " → @" + name);
        }
        charge(saved.expression().length());
        BitSet found = find(TargetParser.parse(saved, mostNames), among);
        openGroups.remove(name);
        return found;
    }

    BitSet not(Expression whom, BitSet among) {
        isWanted = !isWanted;
        BitSet others = (BitSet) among.clone();
        others.andNot(find(whom, among));
        isWanted = !isWanted;
        return others;
    }

    BitSet and(List<Expression> all, BitSet among) {
        BitSet rest = among;
        for (Expression one : all) {
            rest = find(one, rest);
        }
        return rest;
    }

    BitSet or(List<Expression> any, BitSet among) {
        BitSet found = new BitSet();
        for (Expression one : any) {
            BitSet open = (BitSet) among.clone();
            open.andNot(found);
            found.or(find(one, open));
        }
        return found;
    }

    private BitSet find(Expression part, BitSet among) {
        charge(STEPS_PER_TERM + fleet.size() / Long.SIZE);
        if (++depth > MOST_DEPTH) {
            throw exceeded("nests groups and parentheses more than " + MOST_DEPTH + " levels deep");
        }
        BitSet found = part.find(this, among);
        depth--;
        return found;
    }

    /** Behind the last minion whose id starts like this. */
    private int end(String prefix) {
        return prefix.isEmpty() ? fleet.size() : fleet.from(prefix + '\uffff');
    }

    /** Read once, so that all parts of the expression see the same minion. */
    private Traits traits(int minion) {
        @Nullable Traits[] seen = told;
        if (seen == null) {
            seen = new Traits[fleet.size()];
            told = seen;
        }
        Traits traits = seen[minion];
        if (traits == null) {
            charge(STEPS_PER_TRAIT);
            traits = fleet.traits(minion);
            seen[minion] = traits;
        }
        return traits;
    }

    private void charge(long work) {
        steps += work;
        if (steps > MOST_STEPS) {
            throw exceeded(
                    "is too much work for so many minions; begin names with letters, expressions with ^ and letters,"
                            + " or put what is simple before an 'and'");
        }
    }

    private QcmdException exceeded(String what) {
        return Terms.exceeded(target.expression(), what);
    }
}
