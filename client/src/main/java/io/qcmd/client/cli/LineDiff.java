package io.qcmd.client.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * How one text differs from another, line by line: {@code - line} of the first, {@code + line} of the second, lines that both have left out. By the longest common
 * subsequence, in a table of at most {@value #MOST_LINES} times as many cells; longer texts are not compared.
 */
final class LineDiff {
    private static final int MOST_LINES = 200;

    private LineDiff() {}

    /** Empty: they have nothing in common worth telling, or are too long; then the second text alone says more. */
    static List<String> of(List<String> first, List<String> second) {
        if (first.size() > MOST_LINES || second.size() > MOST_LINES) {
            return List.of();
        }
        int[][] common = common(first, second);
        List<String> changes = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < first.size() || j < second.size()) {
            if (i < first.size() && j < second.size() && first.get(i).equals(second.get(j))) {
                i++;
                j++;
            } else if (j == second.size() || i < first.size() && common[i + 1][j] >= common[i][j + 1]) {
                changes.add("- " + first.get(i++));
            } else {
                changes.add("+ " + second.get(j++));
            }
        }
        return changes.size() < second.size() ? changes : List.of();
    }

    /** How many lines the rests from line i of the first and line j of the second have in common. */
    private static int[][] common(List<String> first, List<String> second) {
        int[][] common = new int[first.size() + 1][second.size() + 1];
        for (int i = first.size() - 1; i >= 0; i--) {
            for (int j = second.size() - 1; j >= 0; j--) {
                common[i][j] = first.get(i).equals(second.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }
}
