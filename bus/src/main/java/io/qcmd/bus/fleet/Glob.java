package io.qcmd.bus.fleet;

import io.qcmd.protocol.MinionId;
import java.util.Arrays;

/**
 * A pattern of minion ids: {@code *} any characters, {@code ?} one, {@code [abc]}, {@code [a-f]}, {@code [!abc]} one of a class. Matched by a bit-parallel automaton
 * (Baeza-Yates and Gonnet, "A new approach to text searching", 1992): bit i of the state says that i elements have been read, a star keeps its bit alive, and
 * each character costs one pass over the words of the state. There is no backtracking, so no pattern is slower than another of its length. Thread-safe.
 */
final class Glob {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    private static final byte[] SYMBOLS = symbols();

    private final String prefix;
    private final int width;
    /** Per symbol and word: which elements accept it. */
    private final long[] accepts;
    /** Per word: after how many elements a star stands. */
    private final long[] stars;

    private final int elements;

    private Glob(String prefix, int elements, long[] accepts, long[] stars) {
        this.prefix = prefix;
        this.width = stars.length;
        this.elements = elements;
        this.accepts = accepts;
        this.stars = stars;
    }

    static boolean isGlob(String term) {
        return firstWildcard(term) < term.length();
    }

    /** Reads a pattern; one that no id can match is TARGET_INVALID. */
    static Glob of(String pattern) {
        int width = MinionId.LONGEST / Long.SIZE + 1;
        long[] accepts = new long[ALPHABET.length() * width];
        long[] stars = new long[width];
        int elements = 0;
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '*') {
                set(stars, 0, elements);
                continue;
            }
            if (elements == MinionId.LONGEST) {
                throw Terms.invalid(pattern, "matches no id: they have at most " + MinionId.LONGEST + " characters");
            }
            int end = pattern.charAt(i) == '[' ? pattern.indexOf(']', i) : i;
            if (end < 0) {
                throw Terms.invalid(pattern, "'[' at index " + i + " has no ']'");
            }
            String accepted = accepted(pattern, i, end);
            for (int c = 0; c < accepted.length(); c++) {
                set(accepts, SYMBOLS[accepted.charAt(c)] * width, elements);
            }
            elements++;
            i = end;
        }
        return new Glob(pattern.substring(0, firstWildcard(pattern)), elements, accepts, stars).narrow();
    }

    /** What every match starts with; maybe nothing. */
    String prefix() {
        return prefix;
    }

    /** What a character costs. */
    int width() {
        return width;
    }

    boolean matches(String id) {
        long[] state = new long[width];
        state[0] = 1;
        for (int i = 0; i < id.length(); i++) {
            int symbol = SYMBOLS[id.charAt(i)] * width;
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

    /** The same with as few words as it needs: one, for almost all. */
    private Glob narrow() {
        int needed = elements / Long.SIZE + 1;
        long[] fewer = new long[ALPHABET.length() * needed];
        for (int symbol = 0; symbol < ALPHABET.length(); symbol++) {
            System.arraycopy(accepts, symbol * width, fewer, symbol * needed, needed);
        }
        return new Glob(prefix, elements, fewer, Arrays.copyOf(stars, needed));
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
            ALPHABET.chars().filter(c -> c >= first && c <= last).forEach(c -> accepted.append((char) c));
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

    private static byte[] symbols() {
        byte[] symbols = new byte[128];
        for (int i = 0; i < ALPHABET.length(); i++) {
            symbols[ALPHABET.charAt(i)] = (byte) i;
        }
        return symbols;
    }
}
