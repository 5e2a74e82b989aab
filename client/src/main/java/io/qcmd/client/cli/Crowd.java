package io.qcmd.client.cli;

import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Minions of one job that ended alike: the same state, exit code and output, or the same reason. Keeps their names folded, and the output of the first of them. */
final class Crowd {
    /** Lines that are kept of an output. */
    private static final int MOST_LINES = 200;

    private final String symbol;
    private final Console.Style style;
    private final TargetState state;
    private final String end;
    private final boolean mixed;
    private final List<String> lines;
    private final boolean shortened;
    private final String first;
    private final FoldedNames minions = new FoldedNames();

    /**
     * @param first how the first of them ended
     * @param bytes that may be kept of its output
     * @param mixed whether their outputs differ, so that none is shown
     */
    Crowd(TargetResult first, int bytes, boolean mixed) {
        this.symbol = Texts.symbol(first);
        this.style = Texts.style(first);
        this.state = first.state();
        this.end = Texts.end(first);
        this.mixed = mixed;
        this.first = first.minion();
        List<String> all = mixed ? List.of() : lines(first.output(), bytes);
        this.lines = List.copyOf(all.subList(0, Math.min(MOST_LINES, all.size())));
        this.shortened = all.size() > MOST_LINES || isLonger(first.output(), bytes);
    }

    void add(String minion) {
        minions.add(minion);
    }

    void remove(String minion) {
        minions.remove(minion);
    }

    int size() {
        return minions.size();
    }

    TargetState state() {
        return state;
    }

    /** The minion whose output this is. */
    String first() {
        return first;
    }

    Console.Style style() {
        return style;
    }

    /** The first lines of its output, escaped; those of stderr with a mark. */
    List<String> lines() {
        return lines;
    }

    /** Whether there were more lines. */
    boolean isShortened() {
        return shortened;
    }

    /** Their names, cut after so many characters. */
    String names(int most) {
        String all = minions.toString();
        if (all.length() <= most) {
            return all;
        }
        int comma = all.lastIndexOf(',', most);
        return all.substring(0, comma < 0 ? most : comma) + "…";
    }

    /** What they have in common, in one line: {@code ✗ exit 127 · sh: 1: uname: not found}. */
    String title() {
        boolean ok = state == TargetState.SUCCEEDED;
        boolean hasStatus = ok || state == TargetState.FAILED;
        if (!hasStatus) {
            return symbol + " " + end;
        }
        String output = output();
        if (ok) {
            return lines.size() == 1 && !shortened ? output : symbol + " " + output;
        }
        return symbol + " " + end + (lines.isEmpty() && !mixed ? "" : " · " + output);
    }

    /** Whether the title holds the one line that they wrote. */
    boolean isTitledByOutput() {
        boolean hasStatus = state == TargetState.SUCCEEDED || state == TargetState.FAILED;
        return hasStatus && lines.size() == 1;
    }

    private String output() {
        if (mixed) {
            return "each with another output";
        }
        return switch (lines.size()) {
            case 0 -> "no output";
            case 1 -> lines.get(0).replace('\t', ' ').strip();
            default -> String.format(Locale.ROOT, "%s%,d lines", shortened ? "more than " : "", lines.size());
        };
    }

    private static List<String> lines(TargetOutput output, int bytes) {
        List<String> lines = new ArrayList<>(lines(output.stdout(), bytes, ""));
        lines.addAll(lines(output.stderr(), bytes - output.stdout().size(), lines.isEmpty() ? "" : "! "));
        return lines;
    }

    private static List<String> lines(Bytes bytes, int most, String mark) {
        byte[] all = bytes.toArray();
        int end = Math.max(0, Math.min(most, all.length));
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < end && lines.size() <= MOST_LINES; ) {
            int to = from;
            while (to < end && all[to] != '\n') {
                to++;
            }
            lines.add(mark + Escape.text(Arrays.copyOfRange(all, from, to)));
            from = to + 1;
        }
        return lines;
    }

    private static boolean isLonger(TargetOutput output, int bytes) {
        return output.stdoutBytes() > output.stdout().size()
                || output.stderrBytes() > output.stderr().size()
                || output.stdout().size() + output.stderr().size() > bytes;
    }
}
