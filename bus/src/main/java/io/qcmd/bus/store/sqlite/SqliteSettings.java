package io.qcmd.bus.store.sqlite;

import java.time.Duration;

/**
 * The limits of a store.
 *
 * @param queue writes that may wait, 1 or more; above: BUSY
 * @param readers threads and connections for reading, 1-64
 * @param readQueue reads that may wait, 1 or more; above: BUSY
 * @param lockWait how long a commit waits for another process that holds the database, less than 5 s; then submits fail with STORE_BUSY
 * @param maxBytes the largest size of the database file, at least 1 MiB; above: STORE_FULL
 * @param check how long the look for damage at the start may take; zero: there is none
 */
public record SqliteSettings(int queue, int readers, int readQueue, Duration lockWait, long maxBytes, Duration check) {
    public static final SqliteSettings DEFAULT =
            new SqliteSettings(10_000, 2, 10_000, Duration.ofSeconds(2), 1L << 40, Duration.ofSeconds(10));

    public SqliteSettings {
        check(queue >= 1, "queue " + queue + ": use 1 or more");
        check(readers >= 1 && readers <= 64, "readers " + readers + ": use 1 to 64");
        check(readQueue >= 1, "read queue " + readQueue + ": use 1 or more");
        check(!lockWait.isNegative() && lockWait.toMillis() < 5_000, "lock wait " + lockWait + ": use 0 to 5 s");
        check(!check.isNegative(), "check " + check + ": use 0 or more");
        check(maxBytes >= 1 << 20, "largest size " + maxBytes + ": use 1 MiB or more");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("store: " + otherwise);
        }
    }
}
