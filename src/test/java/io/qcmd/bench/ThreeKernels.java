package io.qcmd.bench;

import io.qcmd.agent.Saying;
import io.qcmd.agent.SimulatedAgents;
import io.qcmd.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What minions 1 to N say to {@code uname -r}: the last twentieth has an old kernel, every thousandth, and the first, has no such program, the others are alike.
 *
 * @param minions N, 100 at least
 */
record ThreeKernels(int minions) {
    /** What one of them says. */
    private enum Kind {
        USUAL("6.1.0-18-amd64", 0),
        OLD("5.10.0-28-amd64", 0),
        MISSING("sh: 1: uname: not found", 127);

        private final String line;
        private final int exit;

        Kind(String line, int exit) {
            this.line = line;
            this.exit = exit;
        }

        String title() {
            return exit == 0 ? line : "✗ exit " + exit + " · " + line;
        }
    }

    Saying of(int number) {
        Kind kind = kind(number);
        return new Saying(kind.exit, Bytes.utf8(kind.line + "\n"));
    }

    private Kind kind(int number) {
        if (number == 1 || number % 1_000 == 0) {
            return Kind.MISSING;
        }
        return number > minions - minions / 20 ? Kind.OLD : Kind.USUAL;
    }

    /** What the screen must end with, the most first, with one blank between the columns. */
    List<String> rows() {
        return Stream.of(Kind.values()).map(this::row).toList();
    }

    private String row(Kind kind) {
        List<int[]> runs = new ArrayList<>();
        int count = 0;
        for (int number = 1; number <= minions; number++) {
            if (kind(number) == kind) {
                count++;
                if (runs.isEmpty() || runs.get(runs.size() - 1)[1] != number - 1) {
                    runs.add(new int[] {number, number});
                }
                runs.get(runs.size() - 1)[1] = number;
            }
        }
        return String.format(
                Locale.ROOT,
                "━━ %s %,d minion%s %s",
                kind.title(),
                count,
                count == 1 ? "" : "s",
                count == 1 ? SimulatedAgents.minion(1) : folded(runs));
    }

    private static String folded(List<int[]> runs) {
        return runs.stream()
                .map(run -> run[0] == run[1] ? digits(run[0]) : digits(run[0]) + "-" + digits(run[1]))
                .collect(Collectors.joining(",", "sim-[", "]"));
    }

    private static String digits(int number) {
        return SimulatedAgents.minion(number).value().replace("sim-", "");
    }
}
