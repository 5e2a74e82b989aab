/**
 * The store on disk: SQLite by plain JDBC, one writer with group commit, readers on snapshots of their own. Knows the ports of {@link io.qcmd.bus.store}, the
 * protocol, reactor-core and JDBC; may not know who calls it, what a state means, nor any clock.
 *
 * <pre>
 *   SqliteStore ─ StoreDirectory   whose it is, the lock
 *     │  ├─ Schema                 tables, their version, what is no store of ours
 *     │  ├─ Writer ─ Inbox, Write  one thread: queue → Transaction → answers
 *     │  └─ Readers                a few threads: one snapshot per question
 *     └─ SqliteLedger, SqliteRegistry, SqliteOutbox, SqliteUpkeep
 *          └─ JobTable, FateTable, OutputTable, MinionTable, AuditTable, CallbackTable
 * </pre>
 */
@NullMarked
package io.qcmd.bus.store.sqlite;

import org.jspecify.annotations.NullMarked;
