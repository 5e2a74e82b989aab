package io.qcmd.client.cli;

import java.time.Duration;
import java.util.Arrays;

/** When the targets of a job ended, as seen from here: they come in this order, so that 4 bytes for each are all there is to keep. */
final class Spread {
    private int[] millis = new int[64];
    private int size;

    /** Not before the one before. */
    void add(long elapsedMillis) {
        if (size == millis.length) {
            millis = Arrays.copyOf(millis, 2 * size);
        }
        millis[size++] = (int) Math.min(Integer.MAX_VALUE, elapsedMillis);
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** {@code first 41 ms, p50 1.20 s, p99 2.60 s}. */
    @Override
    public String toString() {
        return "first " + text(0) + ", p50 " + text(50) + ", p99 " + text(99);
    }

    private String text(int percent) {
        long value = millis[rank(size, percent)];
        return value < 1_000 ? value + " ms" : Texts.duration(Duration.ofMillis(value));
    }

    /** Where a percentile of sorted values is, by the nearest rank: the least that so many of a hundred do not exceed. There is one value at least. */
    static int rank(int size, int percent) {
        return (int) Math.max(0, ((long) size * percent + 99) / 100 - 1);
    }
}
