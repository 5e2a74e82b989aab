package io.qcmd.protocol;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * How many slips of the finger lie between two words: a letter too many, missing, wrong, or two neighbours swapped (optimal string alignment). Serves "did you
 * mean"; decides nothing.
 */
public final class EditDistance {
    private EditDistance() {}

    /** The first of those that are nearest, if one is near enough to be meant: two slips, or one in three characters. */
    public static Optional<String> nearest(String typed, Collection<String> meant) {
        int most = Math.max(2, typed.length() / 3);
        return meant.stream()
                .filter(each -> of(typed, each, most) <= most)
                .min(Comparator.comparingInt(each -> of(typed, each, most)));
    }

    /** The distance, or {@code most + 1} as soon as it must be larger. Only cells near the diagonal can count: costs length times most. */
    public static int of(String typed, String meant, int most) {
        if (Math.abs(typed.length() - meant.length()) > most) {
            return most + 1;
        }
        int[] row = new int[meant.length() + 1];
        int[] above = new int[meant.length() + 1];
        int[] twoAbove = new int[meant.length() + 1];
        Arrays.setAll(above, i -> i);
        for (int i = 1; i <= typed.length(); i++) {
            Arrays.fill(row, most + 1);
            row[0] = i;
            int best = i;
            for (int j = Math.max(1, i - most); j <= Math.min(meant.length(), i + most); j++) {
                row[j] = cheapest(typed, i, meant, j, row, above, twoAbove);
                best = Math.min(best, row[j]);
            }
            if (best > most) {
                return most + 1;
            }
            int[] free = twoAbove;
            twoAbove = above;
            above = row;
            row = free;
        }
        return Math.min(above[meant.length()], most + 1);
    }

    private static int cheapest(String typed, int i, String meant, int j, int[] row, int[] above, int[] twoAbove) {
        char c = typed.charAt(i - 1);
        char d = meant.charAt(j - 1);
        int least = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + (c == d ? 0 : 1));
        boolean swapped = i > 1 && j > 1 && c == meant.charAt(j - 2) && typed.charAt(i - 2) == d;
        return swapped ? Math.min(least, twoAbove[j - 2] + 1) : least;
    }
}
