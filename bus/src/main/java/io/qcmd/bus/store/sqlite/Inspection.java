package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.StoreReport;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * Looks for damage: the structure of the file by SQLite, then our own rows by their seals, and what must be true of them: a target has at most one fate, the
 * tally is the sum of the fates, a job has an end exactly when all its targets have one. Reads everything once; of one snapshot, whoever writes meanwhile.
 */
final class Inspection {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);
    /** Findings; who has so many needs a backup, not a list. */
    private static final int MOST = 20;

    private static final String JOBS =
            "SELECT " + JobTable.SEALED + ", no, ended_at FROM job WHERE ended_at >= 0 ORDER BY no";
    private static final int JOB_COLUMNS = 13;
    private static final String FATES = """
            SELECT seq, job, minion, late, state, ended_at, result, reason, steps, seal
            FROM fate WHERE job = ? ORDER BY late""";
    private static final int FATE_COLUMNS = 10;
    private static final String PIECES = "SELECT seq, job, minion, stream, start, bytes, seal FROM output";
    private static final int PIECE_COLUMNS = 7;

    private final Database database;
    private final List<String> findings = new ArrayList<>();
    private long jobs;
    private long fates;
    private long pieces;

    private Inspection(Database database) {
        this.database = database;
    }

    /** Everything, however long it takes. */
    static StoreReport of(Database database) throws SQLException {
        Inspection inspection = new Inspection(database);
        database.execute("BEGIN");
        try {
            inspection.structure("integrity_check(" + MOST + ")");
            if (inspection.findings.isEmpty()) {
                inspection.rows();
            }
            return inspection.report();
        } finally {
            database.execute("COMMIT");
        }
    }

    /** As much as the time allows; the first thing that is wrong. */
    static Optional<String> atStart(Database database, Duration limit) throws SQLException {
        Inspection inspection = new Inspection(database);
        database.limit(limit);
        try {
            inspection.structure("quick_check(1)");
            inspection.rows();
        } catch (SQLException e) {
            if ((e.getErrorCode() & 0xFF) != SQLiteErrorCode.SQLITE_INTERRUPT.code) {
                throw e;
            }
            LOG.warn(
                    "the store is too large to be checked within store_check, {} ms: 'qcmd bus check' checks all of it",
                    limit.toMillis());
        } finally {
            database.unlimit();
        }
        return inspection.findings.stream().findFirst();
    }

    private void structure(String pragma) throws SQLException {
        for (String line : database.all("PRAGMA " + pragma, row -> row.getString(1))) {
            if (!line.equals("ok")) {
                found(line);
            }
        }
        database.scan("PRAGMA foreign_key_check", row -> found("a row of " + row.getString(1) + " has no job"));
    }

    private void rows() throws SQLException {
        database.scan(JOBS, row -> job(row));
        database.scan(PIECES, row -> piece(row));
        String beyond = """
                SELECT count(*) FROM meta WHERE last_seq < (SELECT ifnull(max(seq), 0) FROM fate)
                OR last_seq < (SELECT ifnull(max(seq), 0) FROM output)""";
        if (database.one(beyond, row -> row.getInt(1)) > 0) {
            found("there are rows beyond the last sequence");
        }
    }

    private boolean job(ResultSet row) throws SQLException {
        jobs++;
        String id = row.getString(1);
        if (!Seal.holds(row, JOB_COLUMNS)) {
            return found("job " + id + ": its row is not what was written");
        }
        long number = row.getLong(JOB_COLUMNS + 1);
        boolean hasEnd = row.getLong(JOB_COLUMNS + 2) > 0;
        Set<MinionId> targets = new HashSet<>(JobTable.minions(row.getString(10)));
        Map<MinionId, TargetState> ends = new HashMap<>();
        boolean goesOn = true;
        database.scan(FATES, fate -> fate(id, targets, ends, fate), number);
        Counts tally = FateTable.counts(database, number);
        if (!sum(ends).equals(tally)) {
            goesOn = found("job " + id + ": its tally says " + tally.byState() + ", its fates are "
                    + sum(ends).byState());
        }
        if (hasEnd != (ends.size() == targets.size())) {
            goesOn = found("job " + id + ": " + (hasEnd ? "has ended" : "has not ended") + ", and " + ends.size()
                    + " of " + targets.size() + " targets have a fate");
        }
        return goesOn;
    }

    /** In the order of {@code late}: a revision comes after what it revises. */
    private boolean fate(String job, Set<MinionId> targets, Map<MinionId, TargetState> ends, ResultSet row)
            throws SQLException {
        fates++;
        if (!Seal.holds(row, FATE_COLUMNS)) {
            return found("job " + job + ", fate " + row.getLong(1) + ": its row is not what was written");
        }
        MinionId minion = new MinionId(row.getString(3));
        boolean late = row.getInt(4) == 1;
        TargetState before = ends.put(minion, TargetState.valueOf(row.getString(5)));
        if (!targets.contains(minion)) {
            return found("job " + job + ": minion " + minion + " has a fate and is no target");
        }
        if (late != (before == TargetState.LOST) || !late && before != null) {
            return found("job " + job + ": minion " + minion + " has more than one fate");
        }
        return true;
    }

    private boolean piece(ResultSet row) throws SQLException {
        pieces++;
        return Seal.holds(row, PIECE_COLUMNS)
                || found("output " + row.getLong(1) + " of minion " + row.getString(3)
                        + ": its row is not what was written");
    }

    private static Counts sum(Map<MinionId, TargetState> ends) {
        Map<TargetState, Integer> sum = new EnumMap<>(TargetState.class);
        ends.values().forEach(end -> sum.merge(end, 1, Integer::sum));
        return new Counts(sum);
    }

    /** Whether it is worth looking on. */
    private boolean found(String what) {
        if (findings.size() < MOST) {
            findings.add(what);
        }
        return findings.size() < MOST;
    }

    private StoreReport report() throws SQLException {
        return new StoreReport(findings, jobs, fates, pieces, Purge.used(database));
    }
}
