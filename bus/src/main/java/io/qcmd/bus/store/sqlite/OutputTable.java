package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.OutputHead;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Pieces of output. A stream is known by its file descriptor: 1 or 2. */
final class OutputTable {
    private static final String INSERT = """
            INSERT INTO output (seq, job, minion, stream, start, bytes, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job, minion, stream, start) DO NOTHING""";
    private static final String HEAD = """
            SELECT start, bytes FROM output
            WHERE job = ? AND minion = ? AND stream = ? AND start < ? AND seq < ? ORDER BY start""";
    private static final String UPLOADS = """
            SELECT minion, stream, max(start + length(bytes)), sum(length(bytes)) FROM output
            WHERE job = ? GROUP BY minion, stream""";
    private static final String UPLOADS_OF_ONE = """
            SELECT stream, max(start + length(bytes)), sum(length(bytes)) FROM output
            WHERE job = ? AND minion = ? GROUP BY stream""";

    private OutputTable() {}

    /** Its sequence. A second piece at the same offset is refused. */
    static long insert(Transaction transaction, MinionId minion, Output output) throws SQLException {
        long job = transaction.job(output.job());
        long seq = transaction.nextSeq();
        int inserted = transaction
                .database()
                .update(
                        INSERT,
                        Seal.on(
                                seq,
                                job,
                                minion.value(),
                                descriptor(output.stream()),
                                output.offset(),
                                output.bytes().toArray()));
        if (inserted == 0) {
            throw new IllegalStateException("job " + output.job() + ", minion " + minion + ": " + output.stream()
                    + " at " + output.offset() + " is stored already");
        }
        return transaction.took(seq);
    }

    /** The first 8 KiB of a stream, of what came before a sequence. */
    static Bytes head(Database database, long job, MinionId minion, Output.Stream stream, long before)
            throws SQLException {
        OutputHead head = new OutputHead();
        database.scan(
                HEAD,
                row -> {
                    head.add(row.getLong(1), Bytes.wrap(row.getBytes(2)));
                    return true;
                },
                job,
                minion.value(),
                descriptor(stream),
                Limits.RESULT_HEAD,
                before);
        return head.bytes();
    }

    static Map<MinionId, Map<Output.Stream, Upload>> uploads(Database database, long job) throws SQLException {
        Map<MinionId, Map<Output.Stream, Upload>> uploads = new HashMap<>();
        database.scan(
                UPLOADS,
                row -> {
                    uploads.computeIfAbsent(
                                    new MinionId(row.getString(1)), minion -> new EnumMap<>(Output.Stream.class))
                            .put(stream(row.getInt(2)), new Upload(row.getLong(3), row.getLong(4)));
                    return true;
                },
                job);
        return uploads;
    }

    static Map<Output.Stream, Upload> uploads(Database database, long job, MinionId minion) throws SQLException {
        Map<Output.Stream, Upload> uploads = new EnumMap<>(Output.Stream.class);
        database.scan(
                UPLOADS_OF_ONE,
                row -> {
                    uploads.put(stream(row.getInt(1)), new Upload(row.getLong(2), row.getLong(3)));
                    return true;
                },
                job,
                minion.value());
        return uploads;
    }

    /** Reads seq and minion at 1 and 2, stream, start and bytes from 9 on. */
    static ResultPage.Piece read(ResultSet row) throws SQLException {
        return new ResultPage.Piece(
                row.getLong(1),
                new MinionId(row.getString(2)),
                stream(row.getInt(9)),
                row.getLong(10),
                Bytes.wrap(row.getBytes(11)));
    }

    private static int descriptor(Output.Stream stream) {
        return stream == Output.Stream.STDOUT ? 1 : 2;
    }

    private static Output.Stream stream(int descriptor) {
        return descriptor == 1 ? Output.Stream.STDOUT : Output.Stream.STDERR;
    }
}
