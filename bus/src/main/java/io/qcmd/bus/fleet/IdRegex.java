package io.qcmd.bus.fleet;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.qcmd.protocol.Quoted;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;

/**
 * A regular expression for ids. RE2 matches in linear time, but at 5 ns per character and instruction; so ids that differ only in characters that the expression does
 * not tell apart ({@link AlikeSymbols}) are matched once. RE2 also unrolls counted repetitions, and inside each other they multiply: {@code ((a{100}){100}){100}} would be
 * a million instructions, so that is looked at before. One thread.
 */
final class IdRegex {
    /** Asking for what is known of an id. */
    private static final int STEPS_PER_ID = 24;
    /** RE2 looking at a character at all. */
    private static final int STEPS_PER_CHARACTER = 8;
    /** Compiling anything. */
    private static final int STEPS_TO_COMPILE = 500;
    /** The most that a character of an expression costs: those of classes of Unicode, or of ranges for either case. */
    private static final int STEPS_PER_SYMBOL = 512;
    /** Making an instruction. */
    private static final int STEPS_PER_INSTRUCTION = 8;
    /** Looking at a character with an instruction. */
    private static final int STEPS_PER_LOOK = 2;
    /** Remembered; the ids of a fleet have some hundred. */
    private static final int MOST_SHAPES = 4_096;

    private static final int LONGEST = 512;
    /** Characters times all repetition counts: more instructions than that cannot come out. */
    private static final int LARGEST = 20_000;

    private static final java.util.regex.Pattern COUNT =
            java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");
    /** A backslash with what belongs to it, and whether that is the code of a character; or a character that no id can have. */
    private static final java.util.regex.Pattern FOREIGN =
            java.util.regex.Pattern.compile("\\\\(?:(?<code>x|0|[1-7][0-7])|\\p{ASCII})|(?<foreign>\\P{ASCII})");

    private static final java.util.regex.Pattern PREFIX = java.util.regex.Pattern.compile("\\^+([a-z0-9][a-z0-9_-]*)");

    private final Pattern pattern;
    private final boolean isAtStart;
    private final AlikeSymbols alike;
    private final LongConsumer work;
    private final Map<String, Boolean> known = new HashMap<>();

    private IdRegex(Pattern pattern, boolean isAtStart, AlikeSymbols alike, LongConsumer work) {
        this.pattern = pattern;
        this.isAtStart = isAtStart;
        this.alike = alike;
        this.work = work;
    }

    /**
     * TARGET_INVALID for one that RE2 does not know, or that has what no id can have, LIMIT_EXCEEDED for one that may become too large.
     *
     * @param isAtStart whether it is looked for from the first character on only, whatever it begins with
     * @param work is told the steps before they are done
     */
    static IdRegex compile(String regex, boolean isAtStart, LongConsumer work) {
        long size = size(regex);
        checkSymbols(regex);
        work.accept(STEPS_TO_COMPILE + STEPS_PER_SYMBOL * (long) regex.length() + STEPS_PER_INSTRUCTION * size);
        try {
            return new IdRegex(Pattern.compile(regex), isAtStart, new AlikeSymbols(regex, work), work);
        } catch (PatternSyntaxException e) {
            throw Terms.invalid("~" + regex, e.getDescription() + " " + e.getPattern() + "; the syntax is that of RE2");
        }
    }

    /** Whether it is found in an id. */
    boolean isIn(String id) {
        work.accept(STEPS_PER_ID + id.length());
        String shape = alike.shape(id);
        Boolean isKnown = known.get(shape);
        if (isKnown == null) {
            work.accept((long) shape.length() * (STEPS_PER_CHARACTER + STEPS_PER_LOOK * pattern.programSize()));
            isKnown = isAtStart
                    ? pattern.matcher(shape).lookingAt()
                    : pattern.matcher(shape).find();
            if (known.size() < MOST_SHAPES) {
                known.put(shape, isKnown);
            }
        }
        return isKnown;
    }

    /** How many instructions it may become; LIMIT_EXCEEDED for too many. */
    static long size(String regex) {
        if (regex.length() > LONGEST) {
            throw Terms.exceeded("~" + regex, "has " + regex.length() + " characters; at most " + LONGEST);
        }
        long size = regex.length();
        for (Matcher count = COUNT.matcher(regex); count.find() && size <= LARGEST; ) {
            String last = count.group(2);
            size *= Math.max(1, Long.parseLong(last == null || last.isEmpty() ? count.group(1) : last));
        }
        if (size > LARGEST) {
            throw Terms.exceeded(
                    "~" + regex,
                    "its length times all its repetition counts is " + size + " or more; at most " + LARGEST);
        }
        return size;
    }

    /**
     * Ids are ASCII. RE2 goes through the other case of each character of a range one by one, which takes long for those of Unicode, and of some of them, such as U+1C80,
     * it never comes back (re2j 1.8).
     */
    private static void checkSymbols(String regex) {
        for (Matcher symbol = FOREIGN.matcher(regex); symbol.find(); ) {
            if (symbol.group("code") != null || symbol.group("foreign") != null) {
                throw Terms.invalid(
                        "~" + regex,
                        Quoted.of(symbol.group()) + " at index " + symbol.start()
                                + " is no character of ids; they are made of [a-z0-9._-]");
            }
        }
    }

    /** What every match begins with: {@code db} of {@code ^db\d+}. Nothing where that is not plain to see. */
    static String prefix(String regex) {
        Matcher prefix = PREFIX.matcher(regex);
        if (regex.indexOf('|') >= 0 || !prefix.lookingAt()) {
            return "";
        }
        boolean isOptional = prefix.end() < regex.length() && "*?{".indexOf(regex.charAt(prefix.end())) >= 0;
        return isOptional ? prefix.group(1).substring(0, prefix.group(1).length() - 1) : prefix.group(1);
    }
}
