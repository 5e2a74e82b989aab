package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.MinionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Enrolled minions with their latest session. */
final class MinionTable {
    private MinionTable() {}

    static void insert(Transaction transaction, MinionId minion, long at) throws SQLException {
        int inserted = transaction
                .database()
                .update(
                        "INSERT INTO minion (id, enrolled_at, opened_at, ended_at) VALUES (?, ?, 0, 0) ON CONFLICT (id) DO NOTHING",
                        minion.value(),
                        at);
        if (inserted == 0) {
            throw new IllegalStateException("minion " + minion + ": is enrolled already");
        }
        transaction.carry(at);
    }

    static void open(Transaction transaction, MinionId minion, SessionRecord session) throws SQLException {
        int updated = transaction
                .database()
                .update(
                        "UPDATE minion SET session = ?, opened_at = ?, ended_at = 0 WHERE id = ?",
                        Blob.of(session),
                        session.openedAt(),
                        minion.value());
        if (updated == 0) {
            throw stranger(minion);
        }
        transaction.carry(session.openedAt());
    }

    /** Of the recorded session, if the end is later than its start. */
    static void end(Transaction transaction, MinionId minion, long at) throws SQLException {
        int updated = transaction
                .database()
                .update(
                        "UPDATE minion SET ended_at = iif(session IS NOT NULL AND opened_at < ?1, ?1, ended_at) WHERE id = ?2",
                        at,
                        minion.value());
        if (updated == 0) {
            throw stranger(minion);
        }
        transaction.carry(at);
    }

    static List<MinionRecord> all(Database database) throws SQLException {
        return database.all("SELECT id, enrolled_at, session, ended_at FROM minion ORDER BY no", MinionTable::read);
    }

    private static MinionRecord read(ResultSet row) throws SQLException {
        byte @Nullable [] session = row.getBytes(3);
        return new MinionRecord(
                new MinionId(row.getString(1)),
                row.getLong(2),
                session == null ? null : Blob.read(session, SessionRecord.class),
                row.getLong(4));
    }

    private static IllegalStateException stranger(MinionId minion) {
        return new IllegalStateException("minion " + minion + ": is not enrolled");
    }
}
