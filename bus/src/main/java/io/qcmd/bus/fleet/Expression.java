package io.qcmd.bus.fleet;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a target expression says, as a tree that {@link TargetParser} makes. Its text reads as the same tree again. Whom it means is found by a {@link Search}.
 */
sealed interface Expression {
    /** Those among these minions that are meant: a set of its own. */
    BitSet find(Search search, BitSet among);

    /** The names that are wanted, as they were typed. */
    default Stream<String> names() {
        return Stream.empty();
    }

    /** Ids, globs and folded sets, any of them. */
    record Names(List<String> terms) implements Expression {
        public Names {
            terms = List.copyOf(terms);
        }

        @Override
        public BitSet find(Search search, BitSet among) {
            return search.names(terms, among);
        }

        @Override
        public Stream<String> names() {
            return terms.stream();
        }

        @Override
        public String toString() {
            return TargetParser.KEYWORDS.contains(terms.get(0))
                    ? "L@" + String.join(",", terms)
                    : String.join(",", terms);
        }
    }

    /** A saved target. */
    record Group(String name) implements Expression {
        @Override
        public BitSet find(Search search, BitSet among) {
            return search.group(name, among);
        }

        @Override
        public String toString() {
            return "@" + name;
        }
    }

    /**
     * A label or fact that has a value like this, whatever its case.
     *
     * @param isFact whether labels do not count
     * @param pattern {@code *} is any characters, {@code ?} one
     */
    record Trait(boolean isFact, String name, String pattern) implements Expression {
        @Override
        public BitSet find(Search search, BitSet among) {
            return search.trait(this, among);
        }

        @Override
        public String toString() {
            return (isFact ? "G@" + name + ":" : name + "=") + TargetParser.quoted(pattern);
        }
    }

    /**
     * A regular expression of RE2 that is found in the id.
     *
     * @param isAtStart whether from its first character on, as Salt's own are; else anywhere
     */
    record Regex(String pattern, boolean isAtStart) implements Expression {
        @Override
        public BitSet find(Search search, BitSet among) {
            return search.regex(this, among);
        }

        @Override
        public String toString() {
            return (isAtStart ? "E@" : "~") + pattern;
        }
    }

    /** One of the minion's addresses lies in this network. */
    record Address(Network network) implements Expression {
        @Override
        public BitSet find(Search search, BitSet among) {
            return search.address(network, among);
        }

        @Override
        public String toString() {
            return network.toString();
        }
    }

    /** All others. */
    record Not(Expression whom) implements Expression {
        @Override
        public BitSet find(Search search, BitSet among) {
            return search.not(whom, among);
        }

        @Override
        public String toString() {
            return "not " + inside(whom);
        }
    }

    /** Those that all of them mean; at least two. */
    record And(List<Expression> all) implements Expression {
        public And {
            all = List.copyOf(all);
        }

        @Override
        public BitSet find(Search search, BitSet among) {
            return search.and(all, among);
        }

        @Override
        public Stream<String> names() {
            return all.stream().flatMap(Expression::names);
        }

        @Override
        public String toString() {
            return all.stream().map(Expression::inside).collect(Collectors.joining(" and "));
        }
    }

    /** Those that one of them means; at least two. */
    record Or(List<Expression> any) implements Expression {
        public Or {
            any = List.copyOf(any);
        }

        @Override
        public BitSet find(Search search, BitSet among) {
            return search.or(any, among);
        }

        @Override
        public Stream<String> names() {
            return any.stream().flatMap(Expression::names);
        }

        @Override
        public String toString() {
            return any.stream().map(Expression::inside).collect(Collectors.joining(" or "));
        }
    }

    private static String inside(Expression part) {
        return part instanceof And || part instanceof Or ? "(" + part + ")" : part.toString();
    }
}
