package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Restored;
import io.qcmd.bus.store.StoreReport;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/** What is done to a store by a program of its own, whether a bus has it open or not. Each verb waits for the disk. */
public final class SqliteCare {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    private SqliteCare() {}

    private interface Work<T> {
        T on(StoreDirectory directory) throws SQLException, IOException;
    }

    /** Looks through all of it, of one snapshot. */
    public static StoreReport check(Path directory) {
        return visiting(directory, visited -> {
            try (Database database = Database.openToRead(visited.database(), LOCK_WAIT)) {
                Schema.check(database, visited.database(), Duration.ZERO);
                return Inspection.of(database);
            }
        });
    }

    /**
     * Writes one snapshot of it into a file, with its SHA-256 beside it; both are durable, and the copy was checked, when this returns. A file that is there
     * already: BAD_REQUEST.
     */
    public static StoreReport backup(Path directory, Path file) {
        return visiting(directory, visited -> Backup.write(visited.database(), file.toAbsolutePath(), LOCK_WAIT));
    }

    /**
     * Puts a backup into the place of the store, which no bus may have open: STORE_BUSY. What was there is kept aside. A backup that is damaged, or is not what its
     * checksum says: STORE_UNAVAILABLE, and the store is left as it is.
     *
     * @param audit kept in the restored store
     */
    public static Restored restore(Path directory, Path file, AuditRecord audit) {
        return reaching(directory, () -> {
            try (StoreDirectory held = StoreDirectory.hold(directory)) {
                SqliteStore.keepNativeLibraryIn(held);
                return Restore.into(held, file.toAbsolutePath(), audit, LOCK_WAIT);
            }
        });
    }

    private static <T> T visiting(Path directory, Work<T> work) {
        return reaching(directory, () -> {
            StoreDirectory visited = StoreDirectory.visit(directory);
            SqliteStore.keepNativeLibraryIn(visited);
            return work.on(visited);
        });
    }

    private interface Reach<T> {
        T go() throws SQLException, IOException;
    }

    private static <T> T reaching(Path directory, Reach<T> reach) {
        try {
            return reach.go();
        } catch (SQLException e) {
            throw SqliteStore.unusable(directory, e);
        } catch (IOException e) {
            QcmdException unusable =
                    new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store '" + directory + "': cannot be used, " + e);
            unusable.initCause(e);
            throw unusable;
        }
    }
}
