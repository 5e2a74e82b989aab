package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The tables, and what is no store of ours.
 *
 * <p>One job is one row with its targets; fates and output are rows under the commit sequence, which is their rowid, so that they are appended. {@code job.no}
 * is only known in here. A negative {@code ended_at} is that of a job that is being purged. {@code tally} counts the fates of each job, late revisions instead of what they revise. {@code seal}: see {@link Seal};
 * {@code steps}: see {@link FateTable}.
 */
final class Schema {
    /** "QCMD": says in the file's header whose it is. */
    static final int APPLICATION = 0x51434D44;

    static final int VERSION = 5;

    /** Older ones can lose commits of a WAL that is reset (sqlite.org/wal.html, "the WAL-reset bug"). */
    private static final String OLDEST_SQLITE = "3.51.3";

    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE meta (
              one INTEGER PRIMARY KEY CHECK (one = 1),
              deployment TEXT NOT NULL,
              last_seq INTEGER NOT NULL,
              last_time INTEGER NOT NULL
            ) STRICT""",
            """
            CREATE TABLE job (
              no INTEGER PRIMARY KEY,
              id TEXT NOT NULL UNIQUE,
              reversed_id TEXT NOT NULL,
              request_id TEXT NOT NULL UNIQUE,
              accepted_as INTEGER NOT NULL,
              submitted_by TEXT NOT NULL,
              accepted_at INTEGER NOT NULL,
              expires_at INTEGER NOT NULL,
              completes_by INTEGER NOT NULL,
              cancel BLOB,
              ended_at INTEGER NOT NULL,
              selection BLOB NOT NULL,
              command BLOB NOT NULL,
              minions TEXT NOT NULL,
              callback BLOB,
              parent BLOB,
              remark BLOB,
              seal INTEGER NOT NULL
            ) STRICT""",
            "CREATE INDEX job_by_suffix ON job (no / " + JobTable.PART + ", reversed_id)",
            "CREATE INDEX job_by_acceptance ON job (accepted_as)",
            "CREATE INDEX job_alive ON job (accepted_as) WHERE ended_at = 0",
            "CREATE INDEX job_by_end ON job (ended_at) WHERE ended_at <> 0",
            """
            CREATE TABLE fate (
              seq INTEGER PRIMARY KEY,
              job INTEGER NOT NULL REFERENCES job,
              minion TEXT NOT NULL,
              late INTEGER NOT NULL,
              state TEXT NOT NULL,
              ended_at INTEGER NOT NULL,
              result BLOB,
              reason TEXT,
              steps BLOB,
              seal INTEGER NOT NULL,
              UNIQUE (job, minion, late)
            ) STRICT""",
            "CREATE INDEX fate_by_job ON fate (job)",
            """
            CREATE TABLE tally (
              job INTEGER NOT NULL REFERENCES job,
              state TEXT NOT NULL,
              fates INTEGER NOT NULL,
              PRIMARY KEY (job, state)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE TABLE output (
              seq INTEGER PRIMARY KEY,
              job INTEGER NOT NULL REFERENCES job,
              minion TEXT NOT NULL,
              stream INTEGER NOT NULL CHECK (stream IN (1, 2)),
              start INTEGER NOT NULL,
              bytes BLOB NOT NULL,
              seal INTEGER NOT NULL,
              UNIQUE (job, minion, stream, start)
            ) STRICT""",
            "CREATE INDEX output_by_job ON output (job)",
            """
            CREATE TABLE cancel_wanted (
              job INTEGER NOT NULL REFERENCES job,
              minion TEXT NOT NULL,
              wish BLOB NOT NULL,
              PRIMARY KEY (job, minion)
            ) STRICT, WITHOUT ROWID""",
            """
            CREATE TABLE minion (
              no INTEGER PRIMARY KEY,
              id TEXT NOT NULL UNIQUE,
              enrolled_at INTEGER NOT NULL,
              opened_at INTEGER NOT NULL,
              ended_at INTEGER NOT NULL,
              session BLOB,
              quarantine BLOB,
              labels BLOB
            ) STRICT""",
            """
            CREATE TABLE target_group (
              name TEXT PRIMARY KEY,
              target TEXT NOT NULL,
              changed_at INTEGER NOT NULL,
              changed_by TEXT NOT NULL
            ) STRICT""",
            """
            CREATE TABLE callback (
              seq INTEGER PRIMARY KEY,
              endpoint TEXT NOT NULL,
              parked INTEGER NOT NULL,
              due_at INTEGER NOT NULL,
              id TEXT NOT NULL,
              at INTEGER NOT NULL,
              tries INTEGER NOT NULL,
              body BLOB NOT NULL
            ) STRICT""",
            "CREATE INDEX callback_due ON callback (endpoint, parked, due_at)",
            """
            CREATE TABLE audit (
              no INTEGER PRIMARY KEY,
              at INTEGER NOT NULL,
              actor TEXT NOT NULL,
              action TEXT NOT NULL,
              object TEXT NOT NULL,
              text TEXT NOT NULL
            ) STRICT""");

    private Schema() {}

    /** Makes the database of a directory that has none; a crash half-way leaves only a draft, which the next start makes anew. */
    static void createIn(StoreDirectory directory, SqliteSettings settings) throws SQLException, IOException {
        Path database = directory.database();
        boolean hasLog = Files.exists(directory.log());
        if (Files.exists(directory.restored())) {
            throw refused(database, "was being restored, and that was cut short");
        }
        if (Files.exists(database)) {
            if (directory.wasLeftOpen() && !hasLog) {
                throw refused(
                        database, "was not closed, and its write-ahead log, which has the last commits, is missing");
            }
            return;
        }
        if (hasLog || directory.hadStore()) {
            throw refused(database, "is missing, and this directory had one");
        }
        Files.deleteIfExists(directory.draft());
        Files.deleteIfExists(Path.of(directory.draft() + "-journal"));
        StoreDirectory.create(directory.draft());
        try (Database draft = Database.open(directory.draft(), settings.lockWait())) {
            create(draft);
        }
        directory.publishDraft();
    }

    private static void create(Database draft) throws SQLException {
        draft.execute("BEGIN");
        draft.execute("PRAGMA application_id = " + APPLICATION);
        draft.execute("PRAGMA user_version = " + VERSION);
        for (String table : TABLES) {
            draft.execute(table);
        }
        draft.update(
                "INSERT INTO meta (one, deployment, last_seq, last_time) VALUES (1, ?, 0, 0)",
                UUID.randomUUID().toString());
        draft.execute("COMMIT");
    }

    /**
     * Refuses, untouched, what is no store of ours, of another version, or damaged.
     *
     * @param limit how long the look for damage may take; zero: there is none
     */
    static void check(Database database, Path file, Duration limit) throws SQLException {
        checkLibrary(database.one("SELECT sqlite_version()", row -> row.getString(1)));
        if (!database.pragma("application_id").equals(Integer.toString(APPLICATION))) {
            throw refused(file, "is no store of qcmd");
        }
        int version = Integer.parseInt(database.pragma("user_version"));
        if (version != VERSION) {
            throw new QcmdException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "store '" + file + "': has schema " + version + "; this bus knows schema " + VERSION,
                    version > VERSION ? "start a newer bus on it" : "start an older bus on it");
        }
        Optional<String> damage = limit.isZero() ? Optional.empty() : Inspection.atStart(database, limit);
        if (damage.isPresent()) {
            throw refused(file, "is damaged (" + damage.get() + ")");
        }
    }

    static void checkLibrary(String version) {
        if (numbers(version) < numbers(OLDEST_SQLITE)) {
            throw new QcmdException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "SQLite " + version + ": may lose commits; must be " + OLDEST_SQLITE + " or newer",
                    "use the sqlite-jdbc that comes with the bus");
        }
    }

    static QcmdException refused(Path file, String why) {
        return new QcmdException(
                ErrorCode.STORE_UNAVAILABLE,
                "store '" + file + "': " + why + "; it was left as it is",
                "qcmd bus restore FILE, with a file that qcmd bus backup made; or give the bus another directory");
    }

    /** 3.51.3 is 3,051,003. */
    private static long numbers(String version) {
        String[] parts = version.split("\\.", 4);
        return Long.parseLong(parts[0]) * 1_000_000 + Long.parseLong(parts[1]) * 1_000 + Long.parseLong(parts[2]);
    }
}
