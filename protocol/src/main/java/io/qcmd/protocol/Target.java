package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A target expression as it was typed: 1 character to 2 MiB, no control characters. What it means is the business of the bus. */
public record Target(@JsonValue String expression) {
    /** Every minion. */
    public static final Target ALL = new Target("*");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Target {
        if (expression.isBlank()) {
            throw new QcmdException(ErrorCode.TARGET_INVALID, "target: is empty; '*' names all minions");
        }
        if (expression.length() > Limits.TARGET_TEXT) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "target: has " + expression.length() + " characters; at most " + Limits.TARGET_TEXT);
        }
        if (!Unicode.isWellFormed(expression)) {
            throw new QcmdException(
                    ErrorCode.TARGET_INVALID, "target " + Quoted.of(expression) + ": half a character in it");
        }
        for (int i = 0; i < expression.length(); i++) {
            if (Character.isISOControl(expression.charAt(i))) {
                throw new QcmdException(
                        ErrorCode.TARGET_INVALID,
                        "target " + Quoted.of(expression) + ": control character at index " + i);
            }
        }
    }

    @Override
    public String toString() {
        return expression;
    }
}
