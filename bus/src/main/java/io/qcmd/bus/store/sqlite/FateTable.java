package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.Trail;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Final states, one per target, and one revision of each LOST. */
final class FateTable {
    /** What {@link #read} wants to see, in this order. */
    static final String COLUMNS = "seq, minion, state, ended_at, result, reason, late";

    private static final String INSERT = """
            INSERT INTO fate (seq, job, minion, late, state, ended_at, result, reason, steps, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job, minion, late) DO NOTHING""";
    /** Bytes of the steps. */
    private static final int PACKED = 4 * Long.BYTES + Integer.BYTES;

    /** The states as one parameter: {@code ,FAILED,LOST,}. */
    private static final String ENDS = "SELECT " + COLUMNS + " FROM fate AS f " + """
            WHERE job = ?1 AND seq > ?2 AND instr(?3, ',' || state || ',') > 0
            AND NOT (state = 'LOST' AND EXISTS (
                SELECT 1 FROM fate AS l WHERE l.job = f.job AND l.minion = f.minion AND l.late = 1))
            ORDER BY seq LIMIT ?4""";

    private static final String TALLY = """
            INSERT INTO tally (job, state, fates) VALUES (?, ?, ?)
            ON CONFLICT (job, state) DO UPDATE SET fates = fates + excluded.fates""";

    private FateTable() {}

    /** Its sequence. A second fate is refused, and so is a revision of anything but LOST. */
    static long insert(Transaction transaction, FateRecord fate) throws SQLException {
        long job = transaction.job(fate.job());
        if (fate.late() && state(transaction.database(), job, fate.minion()) != TargetState.LOST) {
            throw refused(fate, "revises a fate that is not LOST");
        }
        long seq = transaction.nextSeq();
        int inserted = transaction
                .database()
                .update(
                        INSERT,
                        Seal.on(
                                seq,
                                job,
                                fate.minion().value(),
                                fate.late() ? 1 : 0,
                                fate.state().name(),
                                fate.at(),
                                Blob.of(fate.result()),
                                fate.reason(),
                                packed(fate.steps())));
        if (inserted == 0) {
            throw refused(fate, "comes after its fate");
        }
        transaction.count(job, fate.state(), 1);
        if (fate.late()) {
            transaction.count(job, TargetState.LOST, -1);
        }
        if (fate.last()) {
            JobTable.end(transaction, job, fate.at());
        }
        transaction.carry(fate.at());
        transaction.callBack(seq, fate);
        return transaction.took(seq);
    }

    static void tally(Database database, long job, TargetState state, int change) throws SQLException {
        database.update(TALLY, job, state.name(), change);
    }

    static Counts counts(Database database, long job) throws SQLException {
        Map<TargetState, Integer> counts = new EnumMap<>(TargetState.class);
        database.scan(
                "SELECT state, fates FROM tally WHERE job = ?",
                row -> {
                    counts.put(TargetState.valueOf(row.getString(1)), row.getInt(2));
                    return true;
                },
                job);
        return new Counts(counts);
    }

    /** The current one. */
    static @Nullable Fate current(Database database, long job, MinionId minion) throws SQLException {
        return database.first(
                "SELECT " + COLUMNS + " FROM fate WHERE job = ? AND minion = ? ORDER BY late DESC LIMIT 1",
                row -> read(database, job, row),
                job,
                minion.value());
    }

    static List<Fate> ends(Database database, long job, Set<TargetState> states, long after) throws SQLException {
        String names = states.stream().map(TargetState::name).collect(Collectors.joining(",", ",", ","));
        return database.all(
                ENDS, row -> fate(row, result(row), Bytes.EMPTY, Bytes.EMPTY), job, after, names, Limits.PAGE_ROWS);
    }

    static List<Trail> trails(Database database, long job, MinionId minion) throws SQLException {
        return database.all(
                "SELECT " + COLUMNS + ", steps FROM fate WHERE job = ? AND minion = ? ORDER BY late",
                row -> new Trail(read(database, job, row), unpacked(row.getBytes(8))),
                job,
                minion.value());
    }

    static Set<MinionId> settled(Database database, long job) throws SQLException {
        return new HashSet<>(
                database.all("SELECT minion FROM fate WHERE job = ?", row -> new MinionId(row.getString(1)), job));
    }

    static Fate read(Database database, long job, ResultSet row) throws SQLException {
        long seq = row.getLong(1);
        MinionId minion = new MinionId(row.getString(2));
        Return result = result(row);
        return fate(
                row,
                result,
                isSilent(result, Output.Stream.STDOUT)
                        ? Bytes.EMPTY
                        : OutputTable.head(database, job, minion, Output.Stream.STDOUT, seq),
                isSilent(result, Output.Stream.STDERR)
                        ? Bytes.EMPTY
                        : OutputTable.head(database, job, minion, Output.Stream.STDERR, seq));
    }

    private static @Nullable Return result(ResultSet row) throws SQLException {
        byte @Nullable [] bytes = row.getBytes(5);
        return bytes == null ? null : Blob.read(bytes, Return.class);
    }

    private static Fate fate(ResultSet row, @Nullable Return result, Bytes stdout, Bytes stderr) throws SQLException {
        return new Fate(
                row.getLong(1),
                new MinionId(row.getString(2)),
                TargetState.valueOf(row.getString(3)),
                row.getLong(4),
                result,
                stdout,
                stderr,
                row.getString(6),
                row.getInt(7) == 1);
    }

    /** Five numbers, most significant byte first: this is written for every target, and read when somebody asks why. */
    private static byte @Nullable [] packed(Steps steps) {
        return steps.equals(Steps.NONE)
                ? null
                : ByteBuffer.allocate(PACKED)
                        .putLong(steps.since())
                        .putInt(steps.offers())
                        .putLong(steps.offeredAt())
                        .putLong(steps.goAt())
                        .putLong(steps.startedAt())
                        .array();
    }

    private static Steps unpacked(byte @Nullable [] packed) {
        if (packed == null) {
            return Steps.NONE;
        }
        ByteBuffer in = ByteBuffer.wrap(packed);
        return new Steps(in.getLong(), in.getInt(), in.getLong(), in.getLong(), in.getLong());
    }

    /** Whether it is known that nothing of this stream is stored: then nobody has to look. An agent that lost its spool does not know what it sent before. */
    private static boolean isSilent(@Nullable Return result, Output.Stream stream) {
        return result != null
                && result.state() != TargetState.INTERRUPTED
                && (stream == Output.Stream.STDOUT ? result.stdout() : result.stderr()).total() == 0;
    }

    /** The state that the target came to in time. */
    private static @Nullable TargetState state(Database database, long job, MinionId minion) throws SQLException {
        return database.first(
                "SELECT state FROM fate WHERE job = ? AND minion = ? AND late = 0",
                row -> TargetState.valueOf(row.getString(1)),
                job,
                minion.value());
    }

    private static IllegalStateException refused(FateRecord fate, String why) {
        return new IllegalStateException(
                "job " + fate.job() + ", minion " + fate.minion() + ": " + fate.state() + " " + why);
    }
}
