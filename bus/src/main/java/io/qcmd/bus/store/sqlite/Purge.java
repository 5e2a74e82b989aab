package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.PurgeRule;
import java.sql.SQLException;
import java.util.List;

/**
 * Forgets ended jobs and old audit rows, a slice at a time. A job is hidden first: its end becomes negative, which no question finds, and its requestId is free
 * again. Then its rows go, then itself; after a crash the next step goes on with it. Pages that become free are used again; the file does not shrink.
 */
final class Purge {
    /** A commit that comes meanwhile waits for so long, and for one slice and an fsync. */
    private static final long STEP_NANOS = 4_000_000;
    /** Rows; a row of output has at most 64 KiB. */
    private static final int SLICE = 32;

    private static final String FIRST = "SELECT no, ended_at FROM job WHERE ended_at <> 0 ORDER BY ended_at LIMIT 1";
    private static final String HIDE = "UPDATE job SET ended_at = -ended_at, request_id = 'purged ' || no WHERE no = ?";

    /** In this order: the first that still has rows gives a slice. The job goes with the last. */
    private static final List<String> ROWS = List.of(
            "DELETE FROM output WHERE seq IN (SELECT seq FROM output WHERE job = ? LIMIT " + SLICE + ")",
            "DELETE FROM fate WHERE seq IN (SELECT seq FROM fate WHERE job = ? LIMIT " + SLICE + ")",
            "DELETE FROM cancel_wanted WHERE job = ?1 AND minion IN (SELECT minion FROM cancel_wanted WHERE job = ?1 LIMIT "
                    + SLICE + ")",
            "DELETE FROM tally WHERE job = ?",
            "DELETE FROM job WHERE no = ?");

    private static final String AUDIT = """
            DELETE FROM audit WHERE no <= (SELECT max(no) FROM (SELECT no, at FROM audit ORDER BY no LIMIT %d) WHERE at <= ?)""".formatted(SLICE);

    private Purge() {}

    private record Candidate(long job, long endedAt) {
        boolean isHidden() {
            return endedAt < 0;
        }
    }

    /** Whether there is more to do. */
    static boolean step(Database database, PurgeRule rule) throws SQLException {
        long end = System.nanoTime() + STEP_NANOS;
        boolean more;
        do {
            more = slice(database, rule);
        } while (more && System.nanoTime() < end);
        return more;
    }

    /** Bytes of pages that hold something. */
    static long used(Database database) throws SQLException {
        return (number(database, "page_count") - number(database, "freelist_count")) * number(database, "page_size");
    }

    /** False: there was nothing to do. */
    static boolean slice(Database database, PurgeRule rule) throws SQLException {
        Candidate first = database.first(FIRST, row -> new Candidate(row.getLong(1), row.getLong(2)));
        if (first == null || !first.isHidden() && !isDue(database, first, rule)) {
            return database.update(AUDIT, rule.auditBefore()) > 0;
        }
        if (!first.isHidden()) {
            return database.update(HIDE, first.job()) > 0;
        }
        for (String rows : ROWS) {
            if (database.update(rows, first.job()) > 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDue(Database database, Candidate job, PurgeRule rule) throws SQLException {
        return job.endedAt() <= rule.endedBefore()
                || job.endedAt() <= rule.spareAfter() && used(database) > rule.bytes();
    }

    private static long number(Database database, String pragma) throws SQLException {
        return Long.parseLong(database.pragma(pragma));
    }
}
