package io.qcmd.bus.fleet;

import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A term with numbers in brackets: {@code web[01-20,31]-[1-2]} names web01-1, web01-2 to web31-2. A bracket of digits, {@code -} and {@code ,} is a set of numbers;
 * any other is part of a glob and left as it is. A number that starts with 0 says how many digits all numbers of its range have at least.
 *
 * @param texts before, between and after the brackets: one more than there are sets
 * @param sets one per bracket
 */
record FoldedSet(List<String> texts, List<List<Range>> sets) {
    private static final int MOST_BRACKETS = 8;
    /** Characters outside of the brackets: an id has at most 128, a glob of one may need more. */
    private static final int LONGEST_TEXT = 512;

    /** More than any limit; its square fits into a long. */
    private static final long MANY = Integer.MAX_VALUE;

    private static final Pattern NUMBERS = Pattern.compile("[0-9,-]+");
    /** 18 digits are far from the end of a long. */
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,18})(?:-([0-9]{1,18}))?");

    /** Numbers from first to last, with zeros in front up to the width; 0: none. */
    record Range(long first, long last, int width) {
        long size() {
            return last - first + 1;
        }

        String number(long value) {
            String digits = Long.toString(value);
            return "0".repeat(Math.max(0, width - digits.length())) + digits;
        }
    }

    /** Reads a term; one that names more than {@code most} is LIMIT_EXCEEDED, and never expanded. */
    static FoldedSet parse(String term, int most) {
        if (term.indexOf('[') < 0) {
            return new FoldedSet(List.of(term), List.of()).checked(term, most);
        }
        List<String> texts = new ArrayList<>();
        List<List<Range>> sets = new ArrayList<>();
        int from = 0;
        for (int open = term.indexOf('['); open >= 0; ) {
            int close = term.indexOf(']', open);
            if (close < 0) {
                throw Terms.invalid(term, "'[' at index " + open + " has no ']'");
            }
            if (NUMBERS.matcher(term).region(open + 1, close).matches()) {
                texts.add(term.substring(from, open));
                sets.add(ranges(term, open + 1, close, most));
                from = close + 1;
            }
            if (sets.size() > MOST_BRACKETS) {
                throw Terms.invalid(term, "has more than " + MOST_BRACKETS + " brackets");
            }
            open = term.indexOf('[', close);
        }
        texts.add(term.substring(from));
        return new FoldedSet(texts, sets).checked(term, most);
    }

    /** How many names it has, those counted twice that it names twice; all above {@value #MANY} count as that many. */
    long size() {
        long size = 1;
        for (List<Range> set : sets) {
            long numbers = set.stream()
                    .mapToLong(range -> Math.min(MANY, range.size()))
                    .sum();
            size = Math.min(MANY, size * Math.min(MANY, numbers));
        }
        return size;
    }

    /** All of them; for a set without brackets the term itself. */
    List<String> names() {
        List<String> names = List.of(texts.get(0));
        for (int i = 0; i < sets.size(); i++) {
            List<String> longer = new ArrayList<>();
            for (String name : names) {
                append(longer, name, sets.get(i), texts.get(i + 1));
            }
            names = longer;
        }
        return names;
    }

    private FoldedSet checked(String term, int most) {
        int length = texts.stream().mapToInt(String::length).sum();
        if (length > LONGEST_TEXT) {
            throw Terms.invalid(term, "has " + length + " characters; minion ids have at most " + MinionId.LONGEST);
        }
        if (size() > most) {
            throw exceeded(term, most);
        }
        return this;
    }

    private static List<Range> ranges(String term, int from, int to, int most) {
        // [12] is 1 or 2 to those who think of a glob, 12 to those who think of a set: nobody shall reach the wrong
        // host by it.
        if (to - from > 1 && term.substring(from, to).chars().allMatch(Character::isDigit)) {
            String digits = term.substring(from, Math.min(to, from + 18));
            throw Terms.invalid(
                    term,
                    "[" + digits
                            + "] has two meanings; write the number without brackets, or commas between its digits");
        }
        List<Range> ranges = new ArrayList<>();
        for (int start = from; start <= to; ) {
            int comma = term.indexOf(',', start);
            int end = comma < 0 || comma > to ? to : comma;
            ranges.add(range(term, term.substring(start, end)));
            if (ranges.size() > most) {
                throw exceeded(term, most);
            }
            start = end + 1;
        }
        return ranges;
    }

    private static Range range(String term, String text) {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw Terms.invalid(
                    term, Quoted.of(text) + " is no range; use numbers of at most 18 digits, like [01-20,31]");
        }
        String first = range.group(1);
        String last = range.group(2) == null ? first : range.group(2);
        int width = isPadded(first) ? first.length() : 0;
        if (last.length() < width || isPadded(last) && last.length() != width) {
            throw Terms.invalid(term, Quoted.of(text) + " has numbers of different width; write 01-20, not 1-020");
        }
        if (Long.parseLong(last) < Long.parseLong(first)) {
            throw Terms.invalid(term, Quoted.of(text) + " runs backwards");
        }
        return new Range(Long.parseLong(first), Long.parseLong(last), width);
    }

    private static boolean isPadded(String number) {
        return number.length() > 1 && number.startsWith("0");
    }

    private static void append(List<String> names, String before, List<Range> set, String after) {
        for (Range range : set) {
            for (long number = range.first(); number <= range.last(); number++) {
                names.add(before + range.number(number) + after);
            }
        }
    }

    private static QcmdException exceeded(String term, int most) {
        return Terms.exceeded(term, String.format(Locale.ROOT, "names more than %,d minions", most));
    }
}
