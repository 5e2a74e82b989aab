package io.qcmd.bus.store.sqlite;

import static io.qcmd.bus.store.Await.await;
import static io.qcmd.bus.store.Await.value;
import static io.qcmd.bus.store.Await.values;
import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.WEB1;
import static io.qcmd.bus.store.StoreSamples.WEB2;
import static io.qcmd.bus.store.StoreSamples.done;
import static io.qcmd.bus.store.StoreSamples.fate;
import static io.qcmd.bus.store.StoreSamples.job;
import static io.qcmd.bus.store.StoreSamples.last;
import static io.qcmd.bus.store.StoreSamples.stdout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.JobHead;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.PurgeRule;
import io.qcmd.bus.store.Restored;
import io.qcmd.bus.store.StoreReport;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqliteCareTest {
    private static final AuditRecord RESTORE = new AuditRecord(9_000, "uid 0 (pid 1)", "RESTORE", "file", "restored");

    private final SqliteStores stores = new SqliteStores();
    private Path directory = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void name(@TempDir Path temporary) {
        directory = temporary.resolve("store");
        file = temporary.resolve("backup");
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void backupOfALiveStore_isRestoredAsItWas_andTheOldOneIsKept() throws IOException {
        SqliteStore store = stores.open(directory);
        Ledger ledger = store.ledger();
        JobRecord over = ended(ledger, 1);
        await(ledger.record(job(2), AUDIT));
        await(ledger.settle(done(job(2), WEB1, false)));
        await(ledger.append(WEB2, stdout(job(2), 0, Bytes.utf8("half"))));

        StoreReport report = SqliteCare.backup(directory, file);

        assertThat(report.isSound()).isTrue();
        assertThat(report.jobs()).isEqualTo(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        await(ledger.record(job(3), AUDIT));
        store.close();

        Restored restored = SqliteCare.restore(directory, file, RESTORE);

        assertThat(restored.interrupted()).isEqualTo(2);
        Ledger after = stores.open(directory).ledger();
        assertThat(values(after.newest(9))).extracting(JobHead::order).containsExactly(2L, 1L);
        assertThat(value(after.fates(over.job()))).isEqualTo(new Counts(Map.of(TargetState.EXPIRED, 3)));
        assertThat(value(after.fates(job(2).job())))
                .isEqualTo(new Counts(Map.of(TargetState.SUCCEEDED, 1, TargetState.INTERRUPTED, 2)));
        assertThat(value(after.fate(job(2).job(), WEB2)).reason()).contains("restored from a backup");
        assertThat(value(after.job(job(2).job())).endedAt()).isEqualTo(RESTORE.at());
        assertThat(values(after.unfinished())).isEmpty();
        assertThat(SqliteCare.check(directory).findings()).isEmpty();
        assertThat(Objects.requireNonNull(restored.aside())).exists();
    }

    @Test
    void restore_leavesAnAuditRow() throws SQLException {
        backup();

        SqliteCare.restore(directory, file, RESTORE);

        try (Database database = Database.open(directory.resolve("qcmd.db"), Duration.ZERO)) {
            assertThat(database.all("SELECT text FROM audit WHERE action = 'RESTORE'", row -> row.getString(1)))
                    .containsExactly("restored: 2 targets INTERRUPTED");
        }
    }

    @Test
    void databaseThatWasPutAside_isStillAStore_withTheLogThatItHad() throws IOException {
        Ledger live = stores.open(directory).ledger();
        await(live.record(job(1), AUDIT));
        SqliteCare.backup(directory, file);
        await(live.record(job(2), AUDIT));
        // As a kill leaves it: the last commit is in the log only.
        Path killed = Files.createDirectory(
                directory.resolveSibling("killed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String name : List.of("qcmd.db", "qcmd.db-wal", "state")) {
            Files.copy(directory.resolve(name), killed.resolve(name));
        }

        Path aside =
                Objects.requireNonNull(SqliteCare.restore(killed, file, RESTORE).aside());
        Files.move(aside, killed.resolve("qcmd.db"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(Path.of(aside + "-wal"), killed.resolve("qcmd.db-wal"));

        assertThat(values(stores.open(killed).ledger().newest(9))).hasSize(2);
    }

    @Test
    void restoreThatWasCutShort_isNoStore_andIsDoneOnceMore() throws IOException {
        backup();
        Files.move(directory.resolve("qcmd.db"), directory.resolve("qcmd.db.restored"));

        assertThatThrownBy(() -> stores.open(directory))
                .hasMessageContaining("was being restored")
                .extracting(error -> ((QcmdException) error).hint())
                .asString()
                .contains("qcmd bus restore");

        SqliteCare.restore(directory, file, RESTORE);
        assertThat(values(stores.open(directory).ledger().newest(9))).hasSize(2);
    }

    @Test
    void storeThatABusHasOpen_isNotRestored() {
        SqliteStore store = stores.open(directory);
        SqliteCare.backup(directory, file);

        assertFails(ErrorCode.STORE_BUSY, () -> SqliteCare.restore(directory, file, RESTORE));

        assertThat(value(store.ledger().record(job(1), AUDIT))).isTrue();
    }

    @Test
    void backupThatIsNotWhatItsChecksumSays_isNotRestored() throws IOException {
        backup();
        byte[] before = Files.readAllBytes(directory.resolve("qcmd.db"));
        Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);

        assertFails(ErrorCode.STORE_UNAVAILABLE, () -> SqliteCare.restore(directory, file, RESTORE))
                .hasMessageContaining("not what its checksum says");
        Files.delete(Path.of(file + ".sha256"));
        assertFails(ErrorCode.STORE_UNAVAILABLE, () -> SqliteCare.restore(directory, file, RESTORE))
                .hasMessageContaining("no checksum");

        assertThat(directory.resolve("qcmd.db")).hasBinaryContent(before);
    }

    @Test
    void fileThatIsThere_isNotOverwritten() throws IOException {
        stores.open(directory);
        Files.writeString(file, "precious");

        assertFails(ErrorCode.BAD_REQUEST, () -> SqliteCare.backup(directory, file));

        assertThat(file).hasContent("precious");
    }

    @Test
    void emptyStore_isSound_andOneThatIsNotThereIsNamed() {
        stores.open(directory);

        assertThat(SqliteCare.check(directory).findings()).isEmpty();
        assertFails(ErrorCode.STORE_UNAVAILABLE, () -> SqliteCare.check(directory.resolveSibling("none")))
                .hasMessageContaining("has no qcmd.db");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE tally SET fates = 4 WHERE job = 1 | its tally says",
                "DELETE FROM fate WHERE job = 1 AND minion = 'web1' | its tally says",
                "UPDATE job SET ended_at = 0 WHERE no = 1 | has not ended, and 3 of 3",
                "UPDATE job SET ended_at = 5 WHERE no = 2 | has ended, and 1 of 3",
                "UPDATE fate SET state = 'FAILED' WHERE job = 2 | its row is not what was written",
                "UPDATE output SET bytes = x'00' | its row is not what was written",
                "UPDATE job SET minions = 'web1' WHERE no = 2 | its row is not what was written",
                "UPDATE meta SET last_seq = 1 | beyond the last sequence",
                "DELETE FROM job WHERE no = 1 | has no job"
            })
    @Tag("F30")
    void whatCannotBe_isFound(String damage, String finding) throws SQLException {
        backup();
        try (Database database = Database.open(directory.resolve("qcmd.db"), Duration.ZERO)) {
            database.execute(damage);
        }

        assertThat(SqliteCare.check(directory).findings())
                .isNotEmpty()
                .anySatisfy(found -> assertThat(found).contains(finding));
        assertThatThrownBy(() -> stores.open(directory)).hasMessageContaining("is damaged");
        assertThatThrownBy(() -> SqliteCare.backup(directory, file.resolveSibling("second")))
                .hasMessageContaining("is damaged");
        assertThat(file.resolveSibling("second")).doesNotExist();
    }

    @Test
    @Tag("F07")
    void killAtAnyStepOfAPurge_leavesASoundStore_thatGoesOnWithIt() throws IOException, SQLException {
        SqliteStore store = stores.open(directory);
        for (int n = 1; n <= 4; n++) {
            ended(store.ledger(), n);
        }
        await(store.ledger().record(job(5), AUDIT));
        PurgeRule rule = new PurgeRule(job(3).acceptedAt(), 1L << 40, 0, 0);
        store.close();

        int steps = 0;
        for (boolean more = true; more; steps++) {
            try (Database database = Database.open(directory.resolve("qcmd.db"), Duration.ZERO)) {
                Transaction transaction = Transaction.begin(database);
                transaction.load();
                more = Purge.slice(database, rule);
                assertIsSound(killed("before-" + steps));
                transaction.commit();
                assertIsSound(killed("after-" + steps));
            }
            assertIsSound(directory);
        }
        assertThat(steps).isGreaterThan(8);
        assertThat(values(stores.open(directory).ledger().newest(9))).hasSize(3);
    }

    /** A copy of what a process that is killed now leaves on the disk. */
    private Path killed(String name) throws IOException {
        Path copy = Files.createDirectory(
                directory.resolveSibling(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Stream<Path> files = Files.list(directory).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return copy;
    }

    /** With all that the purge of this test leaves. */
    private void assertIsSound(Path store) {
        assertThat(SqliteCare.check(store).findings()).as("%s", store).isEmpty();
        SqliteStore again = stores.open(store);
        assertThat(values(again.ledger().newest(9)))
                .as("%s", store)
                .extracting(JobHead::order)
                .startsWith(5L, 4L, 3L);
        again.close();
    }

    /** A closed store of a job that ended and one that lives, and its backup. */
    private void backup() {
        SqliteStore store = stores.open(directory);
        ended(store.ledger(), 1);
        await(store.ledger().record(job(2), AUDIT));
        await(store.ledger().append(WEB1, stdout(job(2), 0, Bytes.utf8("some"))));
        await(store.ledger().settle(done(job(2), WEB1, false)));
        store.close();
        SqliteCare.backup(directory, file);
    }

    private static JobRecord ended(Ledger ledger, int n) {
        JobRecord job = job(n);
        await(ledger.record(job, AUDIT));
        await(ledger.append(WEB1, stdout(job, 0, Bytes.utf8("some"))));
        for (int i = 0; i < 2; i++) {
            await(ledger.settle(fate(job, job.minions().get(i), TargetState.EXPIRED)));
        }
        await(ledger.settle(last(fate(job, job.minions().get(2), TargetState.EXPIRED))));
        return job;
    }

    private static AbstractThrowableAssert<?, ?> assertFails(ErrorCode code, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        QcmdException.class, error -> assertThat(error.code()).isEqualTo(code));
    }
}
