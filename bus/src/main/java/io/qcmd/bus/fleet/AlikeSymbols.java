package io.qcmd.bus.fleet;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Which characters of ids a regular expression does not tell apart: to {@code ^db[0-9]*[13579]$} the ids db17 and db39 are the same, and so are db02 and db48.
 *
 * <p>Only its atoms look at characters: a character itself, a class, an escape, and {@code \b} at what belongs to words. Who is alike to every atom is alike to the
 * whole, whatever stands around them. A scan finds the atoms. It may take for one what is none, as the name of a group, which tells apart more than is needed and never
 * less; what a class means is asked of RE2; and where it does not know what it sees, each character is like itself only.
 */
final class AlikeSymbols {
    private static final String SYMBOLS = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    private static final int ASCII = 128;
    /** Compiling a class for either case, and looking at all symbols with it. */
    private static final int STEPS_PER_CLASS = 4_000;

    private final byte[] first = new byte[ASCII];

    /**
     * Of an expression that RE2 compiles.
     *
     * @param work is told the steps before they are done
     */
    AlikeSymbols(String regex, LongConsumer work) {
        for (int i = 0; i < ASCII; i++) {
            first[i] = (byte) i;
        }
        Atoms atoms = new Atoms(regex);
        if (atoms.areKnown) {
            work.accept((long) STEPS_PER_CLASS * atoms.classes.size());
            group(atoms);
        }
    }

    private void group(Atoms atoms) {
        // An expression may ask for either case in any part of it.
        Pattern[] classes = atoms.classes.stream()
                .flatMap(atom -> Stream.of(Pattern.compile(atom), Pattern.compile(atom, Pattern.CASE_INSENSITIVE)))
                .toArray(Pattern[]::new);
        Map<String, Character> kinds = new HashMap<>();
        for (char symbol : SYMBOLS.toCharArray()) {
            String text = String.valueOf(symbol);
            StringBuilder kind = new StringBuilder(atoms.isCharacter[symbol] ? text : "");
            for (Pattern atom : classes) {
                kind.append(atom.matches(text) ? '+' : '!');
            }
            first[symbol] = (byte)
                    kinds.computeIfAbsent(kind.toString(), newKind -> symbol).charValue();
        }
    }

    /** The id with the first of those that are alike in the place of each character: the expression is found in it exactly if it is found in the id. */
    String shape(String id) {
        byte[] shape = new byte[id.length()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = first[id.charAt(i)];
        }
        return new String(shape, StandardCharsets.ISO_8859_1);
    }

    /** What of an expression looks at characters. */
    private static final class Atoms {
        /** Letters behind a backslash that name classes. */
        private static final String NAMED = "dDwWsS";
        /** Those that ask whether a word ends. */
        private static final String WORD_ENDS = "bB";
        /** Those that ask whether the text does. */
        private static final String TEXT_ENDS = "Az";

        private final String regex;
        private final Set<String> classes = new LinkedHashSet<>();
        /** Those that stand for themselves, as small letters. */
        private final boolean[] isCharacter = new boolean[ASCII];

        private boolean areKnown = true;

        Atoms(String regex) {
            this.regex = regex;
            int at = 0;
            while (areKnown && at < regex.length()) {
                char c = regex.charAt(at);
                at = c == '\\' ? escape(at + 1) : c == '[' ? bracket(at) : character(at);
            }
        }

        private int character(int at) {
            if (regex.charAt(at) < ASCII) {
                isCharacter[Character.toLowerCase(regex.charAt(at))] = true;
            } else {
                areKnown = false;
            }
            return at + 1;
        }

        private int escape(int at) {
            char c = regex.charAt(at);
            if (NAMED.indexOf(c) >= 0) {
                classes.add("\\" + c);
            } else if (WORD_ENDS.indexOf(c) >= 0) {
                classes.add("\\w");
            } else if (TEXT_ENDS.indexOf(c) < 0) {
                areKnown &= !Character.isLetterOrDigit(c);
                return character(at);
            }
            return at + 1;
        }

        /** To the bracket that ends a class for RE2: one that neither comes first nor stands behind a backslash or inside of {@code [:alpha:]}. */
        private int bracket(int from) {
            int at = from + (regex.startsWith("^", from + 1) ? 2 : 1);
            at += regex.startsWith("]", at) ? 1 : 0;
            while (regex.charAt(at) != ']') {
                int named = regex.startsWith("[:", at) ? regex.indexOf(":]", at) : -1;
                at = named >= 0 ? named + 2 : at + (regex.charAt(at) == '\\' ? 2 : 1);
            }
            classes.add(regex.substring(from, at + 1));
            return at + 1;
        }
    }
}
