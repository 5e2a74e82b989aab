package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.AuditRecord;
import java.sql.SQLException;

/** Who did what. */
final class AuditTable {
    private AuditTable() {}

    static void insert(Transaction transaction, AuditRecord audit) throws SQLException {
        transaction
                .database()
                .update(
                        "INSERT INTO audit (at, actor, action, object, text) VALUES (?, ?, ?, ?, ?)",
                        audit.at(),
                        audit.actor(),
                        audit.action(),
                        audit.object(),
                        audit.text());
        transaction.carry(audit.at());
    }
}
