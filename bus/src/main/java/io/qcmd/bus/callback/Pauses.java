package io.qcmd.bus.callback;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures: half of a bound that doubles with each, and a random part of the other half, so that callbacks that failed together do not come
 * back together, and none comes back at once.
 */
final class Pauses {
    private static final int MOST_DOUBLINGS = 30;

    private final long firstMillis;
    private final long longestMillis;
    private final RandomGenerator random;

    Pauses(Duration first, Duration longest, RandomGenerator random) {
        this.firstMillis = first.toMillis();
        this.longestMillis = longest.toMillis();
        this.random = random;
    }

    /** After so many failures in a row, 1 or more; in milliseconds. */
    long afterMillis(int failures) {
        int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
        long bound = firstMillis > longestMillis >> doublings ? longestMillis : firstMillis << doublings;
        return bound / 2 + random.nextLong(bound - bound / 2 + 1);
    }
}
