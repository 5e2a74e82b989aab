package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of a managed host: 1-128 of {@code [a-z0-9._-]}, the first a letter or digit, no {@code ..}; never a path, a glob or an option. */
public record MinionId(@JsonValue String value) implements Comparable<MinionId> {
    public static final int LONGEST = 128;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MinionId {
        if (value.isEmpty() || value.length() > LONGEST) {
            throw invalid(value, "has " + value.length() + " characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isAlphanumeric(c) && (i == 0 || !isPunctuation(c))) {
                throw invalid(value, String.format("U+%04X at index %d", (int) c, i));
            }
            if (c == '.' && value.charAt(i - 1) == '.') {
                throw invalid(value, "'..' at index " + (i - 1));
            }
        }
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static boolean isPunctuation(char c) {
        return c == '.' || c == '_' || c == '-';
    }

    @Override
    public int compareTo(MinionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static QcmdException invalid(String value, String what) {
        return new QcmdException(
                ErrorCode.MINION_ID_INVALID,
                "minion id " + Quoted.of(value) + ": " + what
                        + "; use 1-128 of [a-z0-9._-], the first a letter or digit, no '..'");
    }
}
