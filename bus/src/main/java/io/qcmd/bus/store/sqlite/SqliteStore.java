package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.Upkeep;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import reactor.core.publisher.Mono;

/**
 * A store in a directory of its own, held by this process alone while it is open. Opening and closing wait for the disk: they belong to the start and the end
 * of a program. Thread-safe.
 */
public final class SqliteStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    /** Of the writer: the pages of a large commit are not written twice, nor read again. */
    private static final int CACHE_KIB = 32 * 1024;
    /** A write-ahead log that grew beyond this is cut back. */
    private static final long LOG_BYTES = 64L << 20;
    /** Of the driver. */
    private static final String LIBRARY_DIRECTORY = "org.sqlite.tmpdir";

    private final StoreDirectory directory;
    private final Writer writer;
    private final Readers readers;

    private SqliteStore(StoreDirectory directory, Writer writer, Readers readers) {
        this.directory = directory;
        this.writer = writer;
        this.readers = readers;
    }

    /**
     * Opens the store of a directory; makes both if there is none. Held by another bus: STORE_BUSY. A directory that others can enter, a file that is no store
     * of ours, is damaged or of a version that is newer or too old: STORE_UNAVAILABLE, and it is left as it is.
     */
    public static SqliteStore open(Path directory, SqliteSettings settings) {
        try {
            StoreDirectory held = StoreDirectory.hold(directory);
            try {
                return open(held, settings);
            } catch (IOException | SQLException | RuntimeException e) {
                held.close();
                throw e;
            }
        } catch (SQLException e) {
            throw unusable(directory, e);
        } catch (IOException e) {
            QcmdException unusable =
                    new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store '" + directory + "': cannot be used, " + e);
            unusable.initCause(e);
            throw unusable;
        }
    }

    public Ledger ledger() {
        return new SqliteLedger(writer, readers);
    }

    public Registry registry() {
        return new SqliteRegistry(writer, readers);
    }

    public CallbackOutbox outbox() {
        return new SqliteOutbox(writer, readers);
    }

    public Upkeep upkeep() {
        return new SqliteUpkeep(writer, readers);
    }

    /**
     * The error after which nothing is written any more: the process should end, and start again. Comes on the writer's thread, before any write is told; empty
     * when the store was closed.
     */
    public Mono<Throwable> failed() {
        return writer.failed();
    }

    /** Transactions since it was opened: with the number of writes it tells how well they share. */
    public long commits() {
        return writer.commits();
    }

    /** Writes that wait, of at most as many as the settings say; what has happened already may exceed them. */
    public int queued() {
        return writer.queued();
    }

    /** Takes no more writes, finishes what is queued, brings the write-ahead log home, lets go of the directory. Again: nothing. */
    @Override
    public void close() {
        if (!directory.isHeld()) {
            return;
        }
        try {
            try {
                readers.close();
                // First: a log that is missing while this says "open" is a log that was lost.
                directory.markClosed();
            } finally {
                writer.close();
                directory.close();
            }
        } catch (SQLException | IOException e) {
            LOG.warn("the store did not close cleanly; nothing that was answered is lost", e);
        }
    }

    /** Once per process: the driver reads it when it is first used. Otherwise it would load code from /tmp, where all users write. */
    static void keepNativeLibraryIn(StoreDirectory held) throws IOException {
        if (System.getProperty(LIBRARY_DIRECTORY) == null) {
            System.setProperty(LIBRARY_DIRECTORY, held.nativeLibrary().toString());
        }
    }

    private static SqliteStore open(StoreDirectory held, SqliteSettings settings) throws SQLException, IOException {
        keepNativeLibraryIn(held);
        Schema.createIn(held, settings);
        List<Database> opened = new ArrayList<>();
        try {
            Database writing = Database.open(held.database(), settings.lockWait());
            opened.add(writing);
            Schema.check(writing, held.database(), settings.check());
            prepareForWriting(writing, settings);
            makeLog(writing);
            held.markOpen();
            for (int i = 0; i < settings.readers(); i++) {
                Database reading = Database.open(held.database(), settings.lockWait());
                opened.add(reading);
                reading.execute("PRAGMA query_only = ON");
            }
            Writer writer = new Writer(writing, settings.queue());
            writer.start();
            return new SqliteStore(held, writer, new Readers(opened.subList(1, opened.size()), settings.readQueue()));
        } catch (SQLException | IOException | RuntimeException e) {
            for (Database database : opened) {
                database.close();
            }
            throw e;
        }
    }

    /** There is a write-ahead log from the first transaction on. */
    private static void makeLog(Database database) throws SQLException {
        database.execute("BEGIN IMMEDIATE");
        database.execute("ROLLBACK");
    }

    static void prepareForWriting(Database database, SqliteSettings settings) throws SQLException {
        String mode = database.pragma("journal_mode = WAL");
        if (!mode.equals("wal")) {
            throw new SQLException("journal mode is " + mode + ", not wal: is it on a network file system?");
        }
        database.execute("PRAGMA synchronous = FULL");
        database.execute("PRAGMA foreign_keys = ON");
        database.execute("PRAGMA temp_store = MEMORY");
        database.execute("PRAGMA cache_size = -" + CACHE_KIB);
        database.execute("PRAGMA journal_size_limit = " + LOG_BYTES);
        database.pragma("max_page_count = " + settings.maxBytes() / Long.parseLong(database.pragma("page_size")));
    }

    static QcmdException unusable(Path directory, SQLException error) {
        int code = error.getErrorCode() & 0xFF;
        if (code == SQLiteErrorCode.SQLITE_NOTADB.code || code == SQLiteErrorCode.SQLITE_CORRUPT.code) {
            return Schema.refused(directory, "is no database, or is damaged (" + error.getMessage() + ")");
        }
        return Failure.of(error).told(error);
    }
}
