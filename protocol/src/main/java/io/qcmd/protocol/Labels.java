package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The labels that operators gave a minion; what its agent says of itself is not among them, and never takes the place of one of them. At most {@value #MOST}; names are 1-64 of
 * [A-Za-z0-9_.-], as targets can ask for them, values 1-256 characters without control characters. Else BAD_REQUEST; too many: LIMIT_EXCEEDED.
 */
public record Labels(@JsonValue Map<String, String> pairs) {
    /** Of one minion. */
    public static final int MOST = 32;

    public static final Labels NONE = new Labels(Map.of());

    private static final int LONGEST_VALUE = 256;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Labels {
        // Before it is copied: a Map.copyOf of many names of one hash takes the square of their number.
        if (pairs.size() > MOST) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "labels: " + pairs.size() + " of one minion; at most " + MOST,
                    "take some off: qcmd minions label TARGET NAME-");
        }
        pairs = Map.copyOf(pairs);
        pairs.forEach((name, value) -> {
            checkName(name);
            checkValue(name, value);
        });
    }

    public boolean isEmpty() {
        return pairs.isEmpty();
    }

    /** These, and what a minion's agent told under other names. */
    public Map<String, String> above(Map<String, String> told) {
        if (pairs.isEmpty()) {
            return told;
        }
        Map<String, String> all = new HashMap<>(told);
        all.putAll(pairs);
        return Map.copyOf(all);
    }

    /** These labels after a change. */
    public Labels with(Change change) {
        Map<String, String> after = new HashMap<>(pairs);
        change.removed().forEach(after::remove);
        after.putAll(change.set().pairs());
        return new Labels(after);
    }

    /**
     * What an operator does to labels.
     *
     * @param set new ones, and new values of those that are there
     * @param removed names; of one that is not there: nothing
     */
    public record Change(Labels set, List<String> removed) {
        public Change {
            removed = List.copyOf(removed);
            if (set.isEmpty() && removed.isEmpty()) {
                throw refused("nothing to set or to remove");
            }
            if (removed.size() > MOST) {
                throw refused(removed.size() + " to remove; a minion has at most " + MOST);
            }
            for (String name : removed) {
                checkName(name);
                if (set.pairs().containsKey(name)) {
                    throw refused(Quoted.of(name) + " is set and removed at once");
                }
            }
        }
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw refused("name " + Quoted.of(name) + ": use 1-64 of [A-Za-z0-9_.-]");
        }
    }

    private static void checkValue(String name, String value) {
        if (value.isEmpty() || value.length() > LONGEST_VALUE) {
            throw refused(name + " has a value of " + value.length() + " characters; use 1-" + LONGEST_VALUE);
        }
        if (!Unicode.isWellFormed(value) || value.chars().anyMatch(Character::isISOControl)) {
            throw refused(name + "=" + Quoted.of(value) + ": control characters or half a character in it");
        }
    }

    private static QcmdException refused(String why) {
        return new QcmdException(
                ErrorCode.BAD_REQUEST, "labels: " + why, "qcmd minions label 'web*' role=web dc=bj old-name-");
    }
}
