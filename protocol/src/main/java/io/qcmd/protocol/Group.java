package io.qcmd.protocol;

import java.util.regex.Pattern;

/**
 * A saved target, {@code @name} in an expression. It may name other groups.
 *
 * @param name 1-64 of [a-z0-9._-], the first a letter or digit
 * @param changedAt bus time, milliseconds since 1970
 * @param changedBy for people
 */
public record Group(String name, Target target, long changedAt, String changedBy) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    /** A name that a group may have; else GROUP_INVALID. */
    public static String checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new QcmdException(
                    ErrorCode.GROUP_INVALID,
                    "group " + Quoted.of(name) + ": use 1-64 of [a-z0-9._-], the first a letter or digit");
        }
        return name;
    }

    public Group {
        name = checkName(name);
    }
}
