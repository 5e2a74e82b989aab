package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.CallbackBuilder;
import io.qcmd.bus.store.CallbackOrder;
import io.qcmd.bus.store.CallbackRecord;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.TargetState;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transaction that a batch of writes shares. Owned by the writer's thread; of no use after {@link #commit} or {@link #rollback}. */
final class Transaction {
    private final Database database;
    private final Map<JobId, Job> jobs = new HashMap<>();
    private final Map<Long, Map<TargetState, Integer>> fates = new HashMap<>();
    private long lastSeq;
    private long lastTime;

    /**
     * A job that this transaction writes about.
     *
     * @param callbacks what its fates in here lead to; null: it calls nobody back
     */
    private record Job(long no, @Nullable CallbackBuilder callbacks) {}

    private Transaction(Database database) {
        this.database = database;
    }

    /** Begins it. While another process writes: SQLITE_BUSY after some waiting, and nothing has begun. */
    static Transaction begin(Database database) throws SQLException {
        database.step("BEGIN IMMEDIATE");
        return new Transaction(database);
    }

    /** Takes up the numbers where the last commit left them. */
    void load() throws SQLException {
        lastTime = database.one("SELECT last_seq, last_time FROM meta", row -> {
            lastSeq = row.getLong(1);
            return row.getLong(2);
        });
    }

    Database database() {
        return database;
    }

    /** The number of a job; unknown: refused. */
    long job(JobId id) throws SQLException {
        return known(id).no;
    }

    private Job known(JobId id) throws SQLException {
        Job known = jobs.get(id);
        if (known == null) {
            known = database.first(
                    "SELECT no, callback FROM job WHERE id = ? AND ended_at >= 0",
                    row -> new Job(row.getLong(1), callbacks(id, JobTable.callback(row, 2))),
                    id.toString());
            if (known == null) {
                throw new IllegalStateException("job " + id + ": is not in the store");
            }
            jobs.put(id, known);
        }
        return known;
    }

    private static @Nullable CallbackBuilder callbacks(JobId job, @Nullable CallbackOrder order) {
        return order == null ? null : new CallbackBuilder(job, order);
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

    /** Takes note of a fate that was written under this sequence, for whoever is called back. */
    void callBack(long seq, FateRecord fate) throws SQLException {
        CallbackBuilder callbacks = known(fate.job()).callbacks;
        if (callbacks != null) {
            callbacks.add(seq, fate);
        }
    }

    void commit() throws SQLException {
        for (Map.Entry<Long, Map<TargetState, Integer>> job : fates.entrySet()) {
            for (Map.Entry<TargetState, Integer> change : job.getValue().entrySet()) {
                FateTable.tally(database, job.getKey(), change.getKey(), change.getValue());
            }
        }
        for (Job job : jobs.values()) {
            if (job.callbacks != null) {
                for (CallbackRecord callback : job.callbacks.callbacks()) {
                    CallbackTable.insert(database, callback);
                }
            }
        }
        database.update("UPDATE meta SET last_seq = ?, last_time = ?", lastSeq, lastTime);
        database.step("COMMIT");
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
