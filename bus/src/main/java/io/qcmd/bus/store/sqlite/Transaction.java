package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.TargetState;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The transaction that a batch of writes shares. Owned by the writer's thread; of no use after {@link #commit} or {@link #rollback}. */
final class Transaction {
    private final Database database;
    private final Map<JobId, Long> jobs = new HashMap<>();
    private final Map<Long, Map<TargetState, Integer>> fates = new HashMap<>();
    private long lastSeq;
    private long lastTime;

    private Transaction(Database database) {
        this.database = database;
    }

    /** Begins it. While another process writes: SQLITE_BUSY after some waiting, and nothing has begun. */
    static Transaction begin(Database database) throws SQLException {
        database.execute("BEGIN IMMEDIATE");
        return new Transaction(database);
    }

    /** Takes up the numbers where the last commit left them. */
    void load() throws SQLException {
        lastSeq = database.one("SELECT last_seq FROM meta", row -> row.getLong(1));
        lastTime = database.one("SELECT last_time FROM meta", row -> row.getLong(1));
    }

    Database database() {
        return database;
    }

    /** The number of a job; unknown: refused. */
    long job(JobId id) throws SQLException {
        Long known = jobs.get(id);
        if (known == null) {
            known = database.first(
                    "SELECT no FROM job WHERE id = ? AND ended_at >= 0", row -> row.getLong(1), id.toString());
            if (known == null) {
                throw new IllegalStateException("job " + id + ": is not in the store");
            }
            jobs.put(id, known);
        }
        return known;
    }

    /** The commit sequence of the next row. */
    long nextSeq() {
        return lastSeq + 1;
    }

    /** That row was written. */
    long took(long seq) {
        lastSeq = seq;
        return seq;
    }

    /** A bus time that this commit carries. */
    void carry(long time) {
        lastTime = Math.max(lastTime, time);
    }

    /** Counts fates of a job. */
    void count(long job, TargetState state, int change) {
        fates.computeIfAbsent(job, no -> new HashMap<>()).merge(state, change, Integer::sum);
    }

    void commit() throws SQLException {
        for (Map.Entry<Long, Map<TargetState, Integer>> job : fates.entrySet()) {
            for (Map.Entry<TargetState, Integer> change : job.getValue().entrySet()) {
                FateTable.tally(database, job.getKey(), change.getKey(), change.getValue());
            }
        }
        database.update("UPDATE meta SET last_seq = ?, last_time = ?", lastSeq, lastTime);
        database.execute("COMMIT");
    }

    void rollback() throws SQLException {
        try {
            database.execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite rolls some failures back by itself, and says then that no transaction is active.
            if (Failure.of(e) != Failure.STATEMENT) {
                throw e;
            }
        }
    }
}
