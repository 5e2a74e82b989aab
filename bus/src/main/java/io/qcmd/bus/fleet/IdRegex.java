package io.qcmd.bus.fleet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is looked at in a regular expression before RE2 compiles it. RE2 matches in linear time, but it unrolls counted repetitions, and inside each other they
 * multiply: {@code ((a{100}){100}){100}} would be a million instructions.
 */
final class IdRegex {
    private static final int LONGEST = 512;
    /** Characters times all repetition counts: more instructions than that cannot come out. */
    private static final int LARGEST = 20_000;

    private static final Pattern COUNT = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");
    private static final Pattern PREFIX = Pattern.compile("\\^([a-z0-9][a-z0-9_-]*)");

    private IdRegex() {}

    /** LIMIT_EXCEEDED for one that may become too large. */
    static void check(String regex) {
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
