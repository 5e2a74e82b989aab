package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.MinionRecord;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    static void remove(Transaction transaction, MinionId minion) throws SQLException {
        transaction.database().update("DELETE FROM minion WHERE id = ?", minion.value());
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
    static void end(Transaction transaction, MinionId minion, SessionRecord session, long at) throws SQLException {
        int updated = transaction
                .database()
                .update(
                        "UPDATE minion SET session = iif(session IS NOT NULL AND opened_at < ?1, ?3, session),"
                                + " ended_at = iif(session IS NOT NULL AND opened_at < ?1, ?1, ended_at) WHERE id = ?2",
                        at,
                        minion.value(),
                        Blob.of(session));
        if (updated == 0) {
            throw stranger(minion);
        }
        transaction.carry(at);
    }

    /** The recorded sessions that began by then. */
    static void endAll(Transaction transaction, long at) throws SQLException {
        transaction
                .database()
                .update(
                        "UPDATE minion SET ended_at = ?1 WHERE session IS NOT NULL AND ended_at = 0 AND opened_at <= ?1",
                        at);
        transaction.carry(at);
    }

    /** All of them are looked for first: a write that is refused leaves nothing behind. */
    static void quarantine(Transaction transaction, List<MinionId> minions, @Nullable Uncontrollable word)
            throws SQLException {
        Database database = transaction.database();
        for (MinionId minion : minions) {
            if (database.one("SELECT count(*) FROM minion WHERE id = ?", row -> row.getInt(1), minion.value()) == 0) {
                throw stranger(minion);
            }
        }
        byte @Nullable [] quarantine = Blob.of(word);
        for (MinionId minion : minions) {
            database.update("UPDATE minion SET quarantine = ? WHERE id = ?", quarantine, minion.value());
        }
    }

    /** What all of them will have is known first: a write that is refused leaves nothing behind. */
    static void label(Transaction transaction, List<MinionId> minions, Labels.Change change) throws SQLException {
        Database database = transaction.database();
        Map<MinionId, Labels> after = new LinkedHashMap<>();
        for (MinionId minion : minions) {
            Labels before = database.first(
                    "SELECT labels FROM minion WHERE id = ?", row -> labels(row.getBytes(1)), minion.value());
            if (before == null) {
                throw stranger(minion);
            }
            after.put(minion, before.with(change));
        }
        for (Map.Entry<MinionId, Labels> minion : after.entrySet()) {
            Labels labels = minion.getValue();
            database.update(
                    "UPDATE minion SET labels = ? WHERE id = ?",
                    Blob.of(labels.isEmpty() ? null : labels),
                    minion.getKey().value());
        }
    }

    static List<MinionRecord> all(Database database) throws SQLException {
        return database.all(
                "SELECT id, enrolled_at, session, ended_at, quarantine, labels FROM minion ORDER BY no",
                MinionTable::read);
    }

    private static MinionRecord read(ResultSet row) throws SQLException {
        byte @Nullable [] session = row.getBytes(3);
        byte @Nullable [] quarantine = row.getBytes(5);
        return new MinionRecord(
                new MinionId(row.getString(1)),
                row.getLong(2),
                session == null ? null : Blob.read(session, SessionRecord.class),
                row.getLong(4),
                quarantine == null ? null : Blob.read(quarantine, Uncontrollable.class),
                labels(row.getBytes(6)));
    }

    private static Labels labels(byte @Nullable [] column) {
        return column == null ? Labels.NONE : Blob.read(column, Labels.class);
    }

    private static IllegalStateException stranger(MinionId minion) {
        return new IllegalStateException("minion " + minion + ": is not enrolled");
    }
}
