package io.qcmd.client.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts for a narrower window than they were written for. */
final class Fold {
    private static final Pattern GAP = Pattern.compile(" {2,}");

    private Fold() {}

    /** Breaks longer lines at a space, and goes on below where the last column of the line begins. */
    static String of(String text, int columns) {
        return text.lines().map(line -> line(line, columns)).collect(Collectors.joining("\n"));
    }

    private static String line(String line, int columns) {
        Matcher gap = GAP.matcher(line);
        int indent = 0;
        while (gap.find() && gap.end() <= columns / 2) {
            indent = gap.end();
        }
        StringBuilder folded = new StringBuilder();
        String rest = line;
        while (Width.of(rest) > columns) {
            int end = rest.lastIndexOf(' ', Width.cut(rest, columns).length());
            if (end <= indent) {
                break;
            }
            folded.append(rest, 0, end).append('\n');
            rest = " ".repeat(indent) + rest.substring(end + 1);
        }
        return folded.append(rest).toString();
    }
}
