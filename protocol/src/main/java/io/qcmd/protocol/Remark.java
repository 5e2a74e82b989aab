package io.qcmd.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Why somebody wants a job, for who reads its history; minions never see it. Values that break a rule: BAD_REQUEST.
 *
 * @param reason one line for people; empty: none was given
 * @param notes what programs look for, by name: {@code ticket=OPS-4711}; names are 1-64 of [a-z0-9._-], values 1-256 characters
 */
public record Remark(String reason, Map<String, String> notes) {
    /** Characters: two lines of a terminal, as lists show it. Whoever has more to say names a ticket. */
    public static final int LONGEST_REASON = 256;
    /** Of one job. With the longest values in UTF-8 that is some 13 KiB, so that hundreds of jobs fit into a frame to a client. */
    public static final int MOST_NOTES = 16;
    /** Characters: a URL of a ticket or a build fits. */
    public static final int LONGEST_VALUE = 256;

    public static final Remark NONE = new Remark("", Map.of());

    private static final Pattern NAME = Pattern.compile("[a-z0-9._-]{1,64}");
    private static final String USAGE = "--reason 'disk full' --note ticket=OPS-4711";

    public Remark {
        checkReason(reason);
        // Before it is copied: a Map.copyOf of many names of one hash takes the square of their number.
        if (notes.size() > MOST_NOTES) {
            throw refused("notes: " + notes.size() + " of one job; at most " + MOST_NOTES);
        }
        notes = Map.copyOf(notes);
        notes.forEach(Remark::checkNote);
    }

    public Remark withReason(String text) {
        return new Remark(text, notes);
    }

    /** With one more note, or another value of this one. */
    public Remark withNote(String name, String value) {
        Map<String, String> more = new HashMap<>(notes);
        more.put(name, value);
        return new Remark(reason, more);
    }

    /** What holds for a job that is made from another one: what this says, and what only the earlier one said. */
    public Remark over(Remark earlier) {
        Map<String, String> all = new HashMap<>(earlier.notes);
        all.putAll(notes);
        return new Remark(reason.isEmpty() ? earlier.reason : reason, all);
    }

    /** Passes what may be a reason. */
    static void checkReason(String reason) {
        if (reason.length() > LONGEST_REASON) {
            throw refused("reason: " + reason.length() + " characters; at most " + LONGEST_REASON);
        }
        if (!isOneLine(reason)) {
            throw refused("reason " + Quoted.of(reason) + ": control characters or half a character in it");
        }
    }

    private static void checkNote(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw refused("notes: name " + Quoted.of(name) + ": use 1-64 of [a-z0-9._-]");
        }
        if (value.isEmpty() || value.length() > LONGEST_VALUE) {
            throw refused(
                    "notes: " + name + " has a value of " + value.length() + " characters; use 1-" + LONGEST_VALUE);
        }
        if (!isOneLine(value)) {
            throw refused("notes: " + name + "=" + Quoted.of(value) + ": control characters or half a character in it");
        }
    }

    private static boolean isOneLine(String text) {
        return Unicode.isWellFormed(text) && text.chars().noneMatch(Character::isISOControl);
    }

    private static QcmdException refused(String why) {
        return new QcmdException(ErrorCode.BAD_REQUEST, why, USAGE);
    }
}
