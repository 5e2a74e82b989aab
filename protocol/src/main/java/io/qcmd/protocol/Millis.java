package io.qcmd.protocol;

/** Times in error messages, as people would say them. */
public final class Millis {
    private Millis() {}

    /** In the largest unit that needs no fraction: 25 h, 90 s, 1500 ms. */
    public static String text(long millis) {
        if (millis == 0 || millis % 1_000 != 0) {
            return millis + " ms";
        } else if (millis % 60_000 != 0) {
            return millis / 1_000 + " s";
        }
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + " h" : millis / 60_000 + " min";
    }
}
