package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.Group;
import io.qcmd.protocol.Target;
import java.sql.SQLException;
import java.util.List;

/** Saved targets. */
final class GroupTable {
    private GroupTable() {}

    static void set(Transaction transaction, Group group) throws SQLException {
        transaction
                .database()
                .update(
                        "INSERT OR REPLACE INTO target_group (name, target, changed_at, changed_by) VALUES (?, ?, ?, ?)",
                        group.name(),
                        group.target().expression(),
                        group.changedAt(),
                        group.changedBy());
    }

    static void remove(Transaction transaction, String name) throws SQLException {
        transaction.database().update("DELETE FROM target_group WHERE name = ?", name);
    }

    static List<Group> all(Database database) throws SQLException {
        return database.all(
                "SELECT name, target, changed_at, changed_by FROM target_group ORDER BY name",
                row -> new Group(row.getString(1), new Target(row.getString(2)), row.getLong(3), row.getString(4)));
    }
}
