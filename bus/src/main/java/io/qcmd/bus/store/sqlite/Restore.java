package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Restored;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.StoreReport;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a backup into the place of a store.
 *
 * <pre>
 *   copy to qcmd.db.new ─ check ─ end what was open ─ sync ─▶ qcmd.db.restored
 *     from here on a bus refuses to start until this was done once more, or to the end:
 *   qcmd.db, then its log, aside ─ qcmd.db.restored ─▶ qcmd.db
 * </pre>
 */
final class Restore {
    private static final String REASON = "the bus was restored from a backup; what became of it since is not known";

    private Restore() {}

    static Restored into(StoreDirectory directory, Path file, AuditRecord audit, Duration lockWait)
            throws SQLException, IOException {
        Backup.verify(file);
        Path draft = directory.draft();
        Files.deleteIfExists(draft);
        StoreDirectory.create(draft);
        Files.copy(file, draft, StandardCopyOption.REPLACE_EXISTING);
        StoreReport report;
        long interrupted;
        try (Database database = Database.open(draft, lockWait)) {
            Schema.check(database, file, Duration.ZERO);
            report = Inspection.of(database);
            if (!report.isSound()) {
                throw Schema.refused(file, "is damaged (" + report.findings().get(0) + ")");
            }
            interrupted = endWhatLives(database, audit);
        }
        Backup.sync(draft);
        Files.move(draft, directory.restored(), StandardCopyOption.REPLACE_EXISTING);
        directory.syncNames();
        Path aside = putAside(directory, audit.at());
        directory.markClosed();
        Files.move(directory.restored(), directory.database());
        directory.syncNames();
        return new Restored(report, interrupted, aside);
    }

    /** How many targets had no fate. */
    private static long endWhatLives(Database database, AuditRecord audit) throws SQLException {
        Transaction transaction = Transaction.begin(database);
        transaction.load();
        long lastTime = database.one("SELECT last_time FROM meta", row -> row.getLong(1));
        long at = Math.max(audit.at(), lastTime);
        long interrupted = 0;
        for (long number : JobTable.alive(database)) {
            JobRecord job = Objects.requireNonNull(JobTable.byNumber(database, number));
            Set<MinionId> settled = FateTable.settled(database, number);
            List<MinionId> open = job.minions().stream()
                    .filter(minion -> !settled.contains(minion))
                    .toList();
            for (int i = 0; i < open.size(); i++) {
                boolean last = i == open.size() - 1;
                FateTable.insert(
                        transaction,
                        new FateRecord(
                                job.job(),
                                open.get(i),
                                TargetState.INTERRUPTED,
                                at,
                                null,
                                REASON,
                                last,
                                false,
                                Steps.since(at)));
            }
            interrupted += open.size();
        }
        String text = audit.text() + ": " + interrupted + " targets INTERRUPTED";
        AuditTable.insert(transaction, new AuditRecord(at, audit.actor(), audit.action(), audit.object(), text));
        transaction.commit();
        return interrupted;
    }

    /** The database before its log: a log alone is refused by every start, a database without its log would have lost commits. */
    private static @Nullable Path putAside(StoreDirectory directory, long at) throws IOException {
        Path database = directory.database();
        Path aside = Path.of(database + ".before-" + at);
        boolean moved = move(database, aside);
        moved |= move(directory.log(), Path.of(aside + "-wal"));
        Files.deleteIfExists(Path.of(database + "-shm"));
        return moved ? aside : null;
    }

    private static boolean move(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return false;
        }
        Files.move(from, to);
        return true;
    }
}
