package io.qcmd.client.cli;

import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Target;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A target as it is typed: {@code @file:hosts.txt} and {@code -} (stdin) become the list of names that they hold, one name or folded set per line, {@code #} begins a
 * comment. The bus never reads a file for anybody.
 */
final class TargetText {
    /** Where a name may begin. */
    private static final String START = "(?<![^ ,(])";

    /**
     * What stays as it is, whatever it looks like inside: a value in quotes with the name of its label or fact, an expression, a bracket. A file; stdin. The last two only
     * where a name may begin and, stdin, end.
     */
    private static final Pattern PART =
            Pattern.compile("(?<literal>(?:=|" + START + "G@[^ :]*:)(?:\"[^\"]*\"?|'[^']*'?)"
                    + "|" + START + "(?:~|E@)[^ ]*"
                    + "|\\[[^\\]]*\\])"
                    + "|" + START + "@file:(?:\"(?<spaced>[^\"]+)\"|(?<file>[^ ,)\"]+))"
                    + "|" + START + "(?<stdin>-)(?![^ ,)])");

    private static final Pattern NAME = Pattern.compile("(?:[a-z0-9._-]|\\[[0-9,-]+\\])+");

    private TargetText() {}

    /** What the bus is asked for. */
    static Target read(String typed) {
        return read(typed, System.in);
    }

    static Target read(String typed, InputStream stdin) {
        Matcher part = PART.matcher(typed);
        StringBuilder text = new StringBuilder();
        while (part.find()) {
            part.appendReplacement(text, Matcher.quoteReplacement(names(part, stdin)));
        }
        return new Target(part.appendTail(text).toString());
    }

    private static String names(Matcher part, InputStream stdin) {
        if (part.group("literal") != null) {
            return part.group();
        }
        if (part.group("stdin") != null) {
            return names("stdin", stdin);
        }
        String file = part.group("spaced") == null ? part.group("file") : part.group("spaced");
        try (InputStream in = new FileInputStream(file)) {
            return names(file, in);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String names(String where, InputStream in) {
        List<String> names = new ArrayList<>();
        int line = 0;
        for (String text : text(where, in).split("\n", -1)) {
            line++;
            String name = text.replaceFirst("#.*", "").strip();
            if (!name.isEmpty() && !NAME.matcher(name).matches()) {
                throw new UsageError(
                        where + " line " + line + ": '" + cut(name) + "' is no name and no folded set",
                        "write one name like web1, or one set like web[01-20], per line; # begins a comment");
            }
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            throw new UsageError(where + ": holds no names", "write one name per line");
        }
        return String.join(",", names);
    }

    private static String text(String where, InputStream in) {
        try {
            byte[] bytes = in.readNBytes(Limits.TARGET_TEXT + 1);
            if (bytes.length > Limits.TARGET_TEXT) {
                throw new UsageError(where + ": is larger than " + Limits.TARGET_TEXT + " bytes", "make it smaller");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(where, e);
        }
    }

    private static UsageError unreadable(String where, IOException why) {
        return new UsageError("cannot read the target's " + where + ": " + why.getMessage(), "qcmd help targets");
    }

    private static String cut(String name) {
        return name.length() <= 64 ? name : name.substring(0, 63) + "…";
    }
}
