package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.CallbackCount;
import io.qcmd.bus.store.CallbackRecord;
import io.qcmd.protocol.Bytes;
import java.sql.SQLException;
import java.util.List;

/** Callbacks that no endpoint has taken yet, under the commit sequence of their first fate. */
final class CallbackTable {
    private CallbackTable() {}

    static void insert(Database database, CallbackRecord callback) throws SQLException {
        database.update(
                "INSERT INTO callback (seq, endpoint, parked, due_at, id, at, tries, body) VALUES (?, ?, 0, ?, ?, ?, 0, ?)",
                callback.seq(),
                callback.endpoint(),
                callback.at(),
                callback.id(),
                callback.at(),
                callback.body().toArray());
    }

    static List<CallbackCount> counts(Database database) throws SQLException {
        return database.all(
                "SELECT endpoint, sum(1 - parked), sum(parked) FROM callback GROUP BY endpoint",
                row -> new CallbackCount(row.getString(1), row.getLong(2), row.getLong(3)));
    }

    static List<CallbackRecord> due(Database database, String endpoint, long now, int limit) throws SQLException {
        return database.all(
                """
                SELECT seq, id, endpoint, at, tries, body FROM callback
                WHERE endpoint = ? AND parked = 0 AND due_at <= ? ORDER BY due_at, seq LIMIT ?""",
                row -> new CallbackRecord(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getInt(5),
                        Bytes.wrap(row.getBytes(6))),
                endpoint,
                now,
                limit);
    }

    static void delete(Database database, long seq) throws SQLException {
        database.update("DELETE FROM callback WHERE seq = ?", seq);
    }

    static void postpone(Database database, long seq, long dueAt) throws SQLException {
        database.update("UPDATE callback SET tries = tries + 1, due_at = ? WHERE seq = ?", dueAt, seq);
    }

    static void park(Database database, long seq) throws SQLException {
        database.update("UPDATE callback SET parked = 1 WHERE seq = ?", seq);
    }

    static void parkOldest(Database database, long howMany) throws SQLException {
        database.update("""
                UPDATE callback SET parked = 1
                WHERE seq IN (SELECT seq FROM callback WHERE parked = 0 ORDER BY seq LIMIT ?)""", howMany);
    }

    static void release(Database database, long now) throws SQLException {
        database.update("UPDATE callback SET parked = 0, due_at = ? WHERE parked = 1", now);
    }
}
