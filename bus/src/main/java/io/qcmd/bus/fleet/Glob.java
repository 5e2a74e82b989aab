package io.qcmd.bus.fleet;

import io.qcmd.protocol.MinionId;
import java.util.Arrays;

/**
 * A pattern: {@code *} any characters, {@code ?} one; in those of ids also {@code [abc]}, {@code [a-f]}, {@code [!abc]}, one of a class. Matched by a bit-parallel automaton
 * (Baeza-Yates and Gonnet, "A new approach to text searching", 1992): bit i of the state says that i elements have been read, a star keeps its bit alive, and
 * each character costs one pass over the words of the state. There is no backtracking, so no pattern is slower than another of its length. Thread-safe.
 */
final class Glob {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    private static final Symbols IDS = new Symbols(ALPHABET);
    /** Of a value: as long as the longest one. */
    private static final int LONGEST_VALUE = 256;

    private final Symbols symbols;
    private final String prefix;
    private final int width;
    /** Per symbol and word: which elements accept it. */
    private final long[] accepts;
    /** Per word: after how many elements a star stands. */
    private final long[] stars;

    private final int elements;

    /** The characters that a pattern tells apart, numbered from 1; 0 is any other. Capitals are small letters. */
    private static final class Symbols {
        /** Known ones that are looked through for one that is not ASCII, in the time of a step. */
        private static final int AT_ONCE = 16;

        private final String known;
        private final short[] ascii = new short[128];

        Symbols(String known) {
            this.known = known;
            for (char c = 0; c < ascii.length; c++) {
                ascii[c] = (short) (known.indexOf(Character.toLowerCase(c)) + 1);
            }
        }

        int of(char c) {
            return c < ascii.length ? ascii[c] : known.indexOf(Character.toLowerCase(c)) + 1;
        }

        int count() {
            return known.length() + 1;
        }

        /** Of {@link #of}, above a look into the table. */
        int cost() {
            return this == IDS ? 0 : known.length() / AT_ONCE;
        }
    }

    private Glob(Symbols symbols, String prefix, int elements, long[] accepts, long[] stars) {
        this.symbols = symbols;
        this.prefix = prefix;
        this.width = stars.length;
        this.elements = elements;
        this.accepts = accepts;
        this.stars = stars;
    }

    static boolean isGlob(String term) {
        return firstWildcard(term) < term.length();
    }

    /** Whether a value is more than its own characters. */
    static boolean isPattern(String value) {
        return value.indexOf('*') >= 0 || value.indexOf('?') >= 0;
    }

    /** Reads a pattern of ids; one that no id can match is TARGET_INVALID. */
    static Glob ofIds(String pattern) {
        Draft draft = new Draft(IDS, MinionId.LONGEST);
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '*') {
                draft.star();
                continue;
            }
            if (draft.isFull()) {
                throw Terms.invalid(pattern, "matches no id: they have at most " + MinionId.LONGEST + " characters");
            }
            int end = pattern.charAt(i) == '[' ? pattern.indexOf(']', i) : i;
            if (end < 0) {
                throw Terms.invalid(pattern, "'[' at index " + i + " has no ']'");
            }
            draft.oneOf(accepted(pattern, i, end));
            i = end;
        }
        return draft.glob(pattern.substring(0, firstWildcard(pattern)));
    }

    /** Reads a pattern of labels and facts, which have any characters; capitals or small letters are the same to it. */
    static Glob ofValues(String pattern) {
        String known = pattern.chars()
                .map(Character::toLowerCase)
                .distinct()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        Draft draft = new Draft(new Symbols(known), LONGEST_VALUE);
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '*') {
                draft.star();
            } else if (c == '?') {
                draft.any();
            } else {
                draft.oneOf(String.valueOf(c));
            }
        }
        return draft.glob("");
    }

    /** A pattern on its way from element to element. */
    private static final class Draft {
        private final Symbols symbols;
        private final int most;
        private final int width;
        private final long[] accepts;
        private final long[] stars;
        private int elements;

        Draft(Symbols symbols, int most) {
            this.symbols = symbols;
            this.most = most;
            width = most / Long.SIZE + 1;
            accepts = new long[symbols.count() * width];
            stars = new long[width];
        }

        boolean isFull() {
            return elements == most;
        }

        void star() {
            set(stars, 0, elements);
        }

        void oneOf(String accepted) {
            for (int c = 0; c < accepted.length(); c++) {
                set(accepts, symbols.of(accepted.charAt(c)) * width, elements);
            }
            elements++;
        }

        void any() {
            for (int symbol = 0; symbol < symbols.count(); symbol++) {
                set(accepts, symbol * width, elements);
            }
            elements++;
        }

        /** With as few words as it needs: one, for almost all. */
        Glob glob(String prefix) {
            int needed = elements / Long.SIZE + 1;
            long[] fewer = new long[symbols.count() * needed];
            for (int symbol = 0; symbol < symbols.count(); symbol++) {
                System.arraycopy(accepts, symbol * width, fewer, symbol * needed, needed);
            }
            return new Glob(symbols, prefix, elements, fewer, Arrays.copyOf(stars, needed));
        }
    }

    /** What every match starts with; maybe nothing. */
    String prefix() {
        return prefix;
    }

    /** What a character costs, in steps. */
    int cost() {
        return width + symbols.cost();
    }

    boolean matches(String text) {
        if (elements == 0) {
            return stars[0] != 0 || text.isEmpty();
        }
        long[] state = new long[width];
        state[0] = 1;
        for (int i = 0; i < text.length(); i++) {
            int symbol = symbols.of(text.charAt(i)) * width;
            long carry = 0;
            long alive = 0;
            for (int word = 0; word < width; word++) {
                long read = state[word] & accepts[symbol + word];
                state[word] = read << 1 | carry | state[word] & stars[word];
                carry = read >>> 63;
                alive |= state[word];
            }
            if (alive == 0) {
                return false;
            }
        }
        return (state[elements / Long.SIZE] >>> elements % Long.SIZE & 1) != 0;
    }

    /** The characters that one element accepts. */
    private static String accepted(String pattern, int from, int end) {
        char c = pattern.charAt(from);
        if (c == '?') {
            return ALPHABET;
        }
        if (c == '[') {
            return members(pattern, pattern.substring(from + 1, end));
        }
        checkSymbol(pattern, c);
        return String.valueOf(c);
    }

    private static String members(String pattern, String inside) {
        boolean negated = inside.startsWith("!");
        String items = negated ? inside.substring(1) : inside;
        if (items.isEmpty()) {
            throw Terms.invalid(pattern, "[" + inside + "] is empty");
        }
        StringBuilder accepted = new StringBuilder();
        for (int i = 0; i < items.length(); i++) {
            char first = items.charAt(i);
            boolean isRange = i + 2 < items.length() && items.charAt(i + 1) == '-';
            char last = isRange ? items.charAt(i + 2) : first;
            checkSymbol(pattern, first);
            checkSymbol(pattern, last);
            if (last < first) {
                throw Terms.invalid(pattern, first + "-" + last + " runs backwards");
            }
            for (char c = first; c <= last; c++) {
                if (ALPHABET.indexOf(c) >= 0) {
                    accepted.append(c);
                }
            }
            i += isRange ? 2 : 0;
        }
        return negated ? without(accepted) : accepted.toString();
    }

    private static String without(CharSequence refused) {
        StringBuilder rest = new StringBuilder();
        String text = refused.toString();
        ALPHABET.chars().filter(c -> text.indexOf(c) < 0).forEach(c -> rest.append((char) c));
        return rest.toString();
    }

    private static void checkSymbol(String pattern, char c) {
        if (ALPHABET.indexOf(c) < 0) {
            throw Terms.invalid(
                    pattern, String.format("U+%04X is in no minion id; they are made of [a-z0-9._-]", (int) c));
        }
    }

    private static int firstWildcard(String pattern) {
        int i = 0;
        while (i < pattern.length() && "*?[".indexOf(pattern.charAt(i)) < 0) {
            i++;
        }
        return i;
    }

    private static void set(long[] words, int from, int bit) {
        words[from + bit / Long.SIZE] |= 1L << bit % Long.SIZE;
    }
}
