package io.qcmd.bus.store.sqlite;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.value;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.done;
import static io.qcmd.bus.store.StoreSamples.fate;
import static io.qcmd.bus.store.StoreSamples.job;
import static io.qcmd.bus.store.StoreSamples.stdout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.StoreSamples;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteOpeningTest {
    private final SqliteStores stores = new SqliteStores();
    private Path directory = Path.of("");

    @BeforeEach
    void name(@TempDir Path temporary) {
        directory = temporary.resolve("store");
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void reopenedStore_hasEverything_andTheSequenceGrowsOn() {
        JobRecord job = job(1);
        SqliteStore store = stores.open(directory);
        String deployment = value(store.ledger().deployment());
        await(store.ledger().record(job, AUDIT));
        assertThat(value(store.ledger().settle(done(job, WEB1, false)))).isEqualTo(1);
        store.close();

        Ledger ledger = stores.open(directory).ledger();

        assertThat(value(ledger.job(job.job()))).isEqualTo(job);
        assertThat(value(ledger.fate(job.job(), WEB1)).state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(value(ledger.lastTime())).isEqualTo(job.acceptedAt() + 9);
        assertThat(value(ledger.deployment())).isEqualTo(deployment);
        assertThat(value(ledger.settle(fate(job, job.minions().get(1), TargetState.EXPIRED))))
                .isEqualTo(2);
    }

    @Test
    void filesOfALiveStore_holdAllThatWasAnswered() throws IOException {
        JobRecord job = job(1);
        Ledger live = stores.open(directory).ledger();
        await(live.record(job, AUDIT));
        await(live.settle(done(job, WEB1, false)));

        // As a kill leaves them: nothing was closed, nothing checkpointed.
        Path copy = ownDirectory("copy");
        for (String file : List.of("qcmd.db", "qcmd.db-wal")) {
            Files.copy(directory.resolve(file), copy.resolve(file));
        }

        Ledger ledger = stores.open(copy).ledger();
        assertThat(value(ledger.job(job.job()))).isEqualTo(job);
        assertThat(value(ledger.fate(job.job(), WEB1)).seq()).isEqualTo(1);
    }

    @Test
    void writer_usesAWriteAheadLog_andSyncsEveryCommit() throws SQLException {
        stores.open(directory).close();

        try (Database database = Database.open(directory.resolve("qcmd.db"), Duration.ofSeconds(1))) {
            SqliteStore.prepareForWriting(database, SqliteSettings.DEFAULT);

            assertThat(database.pragma("journal_mode")).isEqualTo("wal");
            assertThat(database.pragma("synchronous")).as("FULL").isEqualTo("2");
            assertThat(database.pragma("foreign_keys")).isEqualTo("1");
        }
    }

    @Test
    void directoryAndFiles_areClosedToOthers() throws IOException {
        await(stores.open(directory).ledger().record(job(1), AUDIT));

        assertThat(mode(directory)).isEqualTo("rwx------");
        for (String file : List.of("qcmd.db", "qcmd.db-wal", "qcmd.db-shm", "lock")) {
            assertThat(mode(directory.resolve(file))).as(file).isEqualTo("rw-------");
        }
    }

    @Test
    void directoryThatOthersCanEnter_isRefused() throws IOException {
        ownDirectory("store");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));

        assertRefused(directory, ErrorCode.STORE_UNAVAILABLE)
                .hasMessageContaining("rwxr-x---")
                .extracting(error -> ((QcmdException) error).hint())
                .isEqualTo("chmod 0700 " + directory.toRealPath());
    }

    @Test
    void pathThatSqliteWouldReadOptionsFrom_isRefused() {
        assertRefused(directory.resolveSibling("a?journal_mode=OFF"), ErrorCode.STORE_UNAVAILABLE)
                .hasMessageContaining("'?'");
    }

    @Test
    @Tag("F31")
    void secondStoreOfThisProcess_isRefused_untilTheFirstIsClosed() {
        SqliteStore first = stores.open(directory);

        assertRefused(directory, ErrorCode.STORE_BUSY).hasMessageContaining("another bus (this process)");

        first.close();
        assertThatCode(() -> stores.open(directory)).doesNotThrowAnyException();
    }

    @Test
    @Tag("F31")
    void storeHeldByAnotherProcess_isRefused() throws IOException {
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.inputReader().lines().anyMatch(StoreHolder.HELD::equals))
                    .isTrue();

            assertRefused(directory, ErrorCode.STORE_BUSY).hasMessageContaining("(process " + other.pid() + ")");
        } finally {
            other.destroyForcibly().onExit().join();
        }
        assertThatCode(() -> stores.open(directory)).doesNotThrowAnyException();
    }

    @Test
    @Tag("F31")
    void sqliteThatMayLoseCommits_isRefused() {
        assertThatThrownBy(() -> Schema.checkLibrary("3.51.2"))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("3.51.2");
        assertThatThrownBy(() -> Schema.checkLibrary("3.8.11.1")).isInstanceOf(QcmdException.class);
        assertThatCode(() -> Schema.checkLibrary("3.51.3")).doesNotThrowAnyException();
        assertThatCode(() -> Schema.checkLibrary("3.100.0")).doesNotThrowAnyException();
    }

    @Test
    @Tag("F30")
    void fileThatIsNoDatabase_isRefused_andLeftAsItIs() throws IOException {
        ownDirectory("store");
        for (String content : List.of("", "not a database, but long enough to hold a header of SQLite".repeat(90))) {
            Files.writeString(directory.resolve("qcmd.db"), content);

            assertRefused(directory, ErrorCode.STORE_UNAVAILABLE).hasMessageContaining("left as it is");

            assertThat(directory.resolve("qcmd.db")).hasContent(content);
        }
    }

    @Test
    @Tag("F30")
    void databaseOfAnotherProgram_isRefused_andLeftAsItIs() throws IOException, SQLException {
        ownDirectory("store");
        Path file = Files.createFile(directory.resolve("qcmd.db"));
        try (Database foreign = Database.open(file, Duration.ZERO)) {
            foreign.execute("CREATE TABLE job (no INTEGER)");
        }
        byte[] before = Files.readAllBytes(file);

        assertRefused(directory, ErrorCode.STORE_UNAVAILABLE).hasMessageContaining("is no store of qcmd");

        assertThat(file).hasBinaryContent(before);
    }

    @Test
    @Tag("F30")
    void writeAheadLogWithoutDatabase_isRefused() throws IOException {
        stores.open(directory).close();
        Files.move(directory.resolve("qcmd.db"), directory.resolve("qcmd.db-wal"));

        assertRefused(directory, ErrorCode.STORE_UNAVAILABLE).hasMessageContaining("is missing");

        assertThat(directory.resolve("qcmd.db")).doesNotExist();
    }

    @Test
    @Tag("F30")
    void damagedFile_isRefused() throws IOException {
        SqliteStore store = stores.open(directory);
        await(store.ledger().record(job(1), AUDIT));
        store.close();
        try (FileChannel file = FileChannel.open(directory.resolve("qcmd.db"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(4_096 * 3), 4_096);
        }

        assertRefused(directory, ErrorCode.STORE_UNAVAILABLE).hasMessageContaining("damaged");
    }

    @Test
    @Tag("F30")
    void truncatedFile_isRefused() throws IOException {
        stores.open(directory).close();
        try (FileChannel file = FileChannel.open(directory.resolve("qcmd.db"), StandardOpenOption.WRITE)) {
            file.truncate(4_096 * 5);
        }

        assertRefused(directory, ErrorCode.STORE_UNAVAILABLE).hasMessageContaining("damaged");
    }

    @Test
    @Tag("F30")
    void aBitThatFlips_whereverItMatters_isFound() throws IOException, SQLException {
        SqliteStore store = stores.open(directory);
        JobRecord job = StoreSamples.withRemark(job(1), Remark.NONE.withReason("disk full"));
        await(store.ledger().record(job, AUDIT));
        await(store.ledger().append(WEB1, stdout(job, 0, Bytes.utf8("flip me in the output"))));
        await(store.ledger().settle(done(job, WEB1, false)));
        store.close();
        Path file = directory.resolve("qcmd.db");
        byte[] sound = Files.readAllBytes(file);

        for (String part :
                List.of("flip me in the output", "SUCCEEDED", "request-1", "alice", "web2\ndb1", "disk full")) {
            byte[] flipped = sound.clone();
            flipped[indexOf(flipped, part) + 1] ^= 0x10;
            Files.write(file, flipped);

            assertRefused(directory, ErrorCode.STORE_UNAVAILABLE)
                    .as(part)
                    .hasMessageContaining("is damaged")
                    .extracting(error -> ((QcmdException) error).hint())
                    .asString()
                    .contains("qcmd bus restore");
        }
        Files.write(file, sound);
        assertThat(value(stores.open(directory).ledger().job(job.job()))).isEqualTo(job);
    }

    @Test
    @Tag("F30")
    void writeAheadLogThatIsGoneAfterACrash_isMissed() throws IOException {
        Ledger live = stores.open(directory).ledger();
        await(live.record(job(1), AUDIT));
        Path copy = ownDirectory("copy");
        for (String name : List.of("qcmd.db", "state")) {
            Files.copy(directory.resolve(name), copy.resolve(name));
        }

        assertRefused(copy, ErrorCode.STORE_UNAVAILABLE).hasMessageContaining("has the last commits, is missing");
    }

    @Test
    @Tag("F30")
    void databaseThatIsGone_isNotMadeAnew() throws IOException {
        stores.open(directory).close();
        Files.delete(directory.resolve("qcmd.db"));

        assertRefused(directory, ErrorCode.STORE_UNAVAILABLE).hasMessageContaining("is missing");

        assertThat(directory.resolve("qcmd.db")).doesNotExist();
    }

    @Test
    void checkThatTakesTooLong_isGivenUp_andTheStoreOpens() {
        SqliteStore store = stores.open(directory);
        await(store.ledger().record(job(1), AUDIT));
        store.close();

        Ledger ledger = stores.open(
                        directory, new SqliteSettings(10, 1, 10, Duration.ofSeconds(1), 1L << 40, Duration.ofNanos(1)))
                .ledger();

        assertThat(value(ledger.job(job(1).job()))).isEqualTo(job(1));
    }

    @Test
    void storeOfANewerBus_isRefused() throws SQLException {
        stores.open(directory).close();
        try (Database database = Database.open(directory.resolve("qcmd.db"), Duration.ZERO)) {
            database.execute("PRAGMA user_version = " + (Schema.VERSION + 1));
        }

        assertRefused(directory, ErrorCode.STORE_UNAVAILABLE)
                .hasMessageContaining(
                        "has schema " + (Schema.VERSION + 1) + "; this bus knows schema " + Schema.VERSION)
                .extracting(error -> ((QcmdException) error).hint())
                .isEqualTo("start a newer bus on it");
    }

    @Test
    void creationThatWasCutShort_isBegunAnew() throws IOException {
        ownDirectory("store");
        Files.writeString(directory.resolve("qcmd.db.new"), "half a draft");

        Ledger ledger = stores.open(directory).ledger();

        assertThat(value(ledger.record(job(1), AUDIT))).isTrue();
        assertThat(directory.resolve("qcmd.db.new")).doesNotExist();
    }

    private static int indexOf(byte[] bytes, String text) {
        int index = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(index).as(text).isPositive();
        return index;
    }

    private AbstractThrowableAssert<?, ?> assertRefused(Path path, ErrorCode code) {
        return assertThatThrownBy(() -> stores.open(path))
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }

    private Path ownDirectory(String name) throws IOException {
        return Files.createDirectory(
                directory.resolveSibling(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    @Tag("A55")
    void nativeLibrary_isUnpackedWhereNobodyElseCanWrite() throws IOException {
        stores.open(ownDirectory("first"));
        assertThat(System.getProperty("org.sqlite.tmpdir")).endsWith("/native");

        try (StoreDirectory held = StoreDirectory.hold(directory)) {
            Path leftByAKill = Files.createFile(held.nativeLibrary().resolve("sqlite-libsqlitejdbc.so"));

            assertThat(mode(held.nativeLibrary())).isEqualTo("rwx------");
            assertThat(leftByAKill).doesNotExist();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
