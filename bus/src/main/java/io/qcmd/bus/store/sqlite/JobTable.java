package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.CallbackOrder;
import io.qcmd.bus.store.JobHead;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.Selection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Jobs, and of which of their targets a cancel is wanted. One that is being purged, with a negative end, is found by nobody. */
final class JobTable {
    /**
     * Jobs whose suffixes stand together in their index. The end of an id is random: in one index of all jobs each of them would write a page of its own, in that of the last
     * 256 a commit writes a few. A look-up asks each part, some microseconds each.
     */
    static final int PART = 256;

    private static final String INSERT = """
            INSERT INTO job (id, reversed_id, request_id, accepted_as, submitted_by, accepted_at, expires_at,
                completes_by, cancel, ended_at, selection, command, minions, callback, parent, remark, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""";
    /** What never changes of a job, and its seal. */
    static final String SEALED = """
            id, request_id, accepted_as, submitted_by, accepted_at, expires_at, completes_by, selection, command,
                minions, parent, remark, seal""";

    private static final String HEAD = """
            SELECT id, accepted_as, selection, command, submitted_by, accepted_at, expires_at, completes_by, cancel,
                ended_at, parent, remark""";
    private static final String SELECT_HEAD = HEAD + " FROM job ";
    private static final String SELECT = HEAD + ", request_id, minions, callback FROM job ";

    private static final String BY_SUFFIX = """
            WITH RECURSIVE part (first) AS (
                SELECT max(no) / %1$d FROM job
                UNION ALL SELECT first - 1 FROM part WHERE first > (SELECT min(no) / %1$d FROM job))
            %2$s FROM part CROSS JOIN job ON no / %1$d = first
            WHERE reversed_id >= ? AND reversed_id < ? AND ended_at >= 0 ORDER BY accepted_as DESC LIMIT 2""".formatted(PART, HEAD);

    private JobTable() {}

    /** False: the request is known. A second job under one id is refused. */
    static boolean insert(Transaction transaction, JobRecord job) throws SQLException {
        Database database = transaction.database();
        String id = job.job().toString();
        byte @Nullable [] selection = Blob.of(job.selection());
        byte @Nullable [] command = Blob.of(job.command());
        String minions = joined(job.minions());
        byte @Nullable [] parent = Blob.of(job.parent());
        byte @Nullable [] remark = job.remark().equals(Remark.NONE) ? null : Blob.of(job.remark());
        int inserted = database.update(
                INSERT,
                id,
                reversed(id),
                job.requestId(),
                job.order(),
                job.submittedBy(),
                job.acceptedAt(),
                job.expiresAt(),
                job.completesBy(),
                Blob.of(job.cancel()),
                job.endedAt(),
                selection,
                command,
                minions,
                Blob.of(job.callback()),
                parent,
                remark,
                Seal.of(
                        id,
                        job.requestId(),
                        job.order(),
                        job.submittedBy(),
                        job.acceptedAt(),
                        job.expiresAt(),
                        job.completesBy(),
                        selection,
                        command,
                        minions,
                        parent,
                        remark));
        if (inserted == 0) {
            if (byRequestId(database, job.requestId()) == null) {
                throw new IllegalStateException("job " + job.job() + ": is stored already");
            }
            return false;
        }
        transaction.carry(job.acceptedAt());
        return true;
    }

    static void end(Transaction transaction, long job, long at) throws SQLException {
        transaction.database().update("UPDATE job SET ended_at = ? WHERE no = ?", at, job);
    }

    /** Of these minions; of the whole job when there are none. */
    static void wantCancel(Transaction transaction, long job, Collection<MinionId> minions, CancelWish wish)
            throws SQLException {
        Database database = transaction.database();
        if (minions.isEmpty()) {
            CancelWish earlier =
                    database.first("SELECT cancel FROM job WHERE no = ? AND cancel IS NOT NULL", JobTable::wish, job);
            database.update("UPDATE job SET cancel = ? WHERE no = ?", Blob.of(wish.after(earlier)), job);
        }
        for (MinionId minion : minions) {
            CancelWish earlier = database.first(
                    "SELECT wish FROM cancel_wanted WHERE job = ? AND minion = ?", JobTable::wish, job, minion.value());
            database.update(
                    "INSERT OR REPLACE INTO cancel_wanted (job, minion, wish) VALUES (?, ?, ?)",
                    job,
                    minion.value(),
                    Blob.of(wish.after(earlier)));
        }
    }

    private static CancelWish wish(ResultSet row) throws SQLException {
        return Blob.read(row.getBytes(1), CancelWish.class);
    }

    /** Of which minions by name. */
    static Map<MinionId, CancelWish> cancelWanted(Database database, long job) throws SQLException {
        Map<MinionId, CancelWish> wanted = new HashMap<>();
        database.scan(
                "SELECT wish, minion FROM cancel_wanted WHERE job = ?",
                row -> {
                    wanted.put(new MinionId(row.getString(2)), wish(row));
                    return true;
                },
                job);
        return wanted;
    }

    static @Nullable Long number(Database database, JobId job) throws SQLException {
        return database.first(
                "SELECT no FROM job WHERE id = ? AND ended_at >= 0", row -> row.getLong(1), job.toString());
    }

    /** The numbers of those without end, in acceptance order. */
    static List<Long> alive(Database database) throws SQLException {
        return database.all("SELECT no FROM job WHERE ended_at = 0 ORDER BY accepted_as", row -> row.getLong(1));
    }

    static @Nullable JobRecord byNumber(Database database, long job) throws SQLException {
        return database.first(SELECT + "WHERE no = ?", JobTable::read, job);
    }

    static @Nullable JobRecord byId(Database database, JobId job) throws SQLException {
        return database.first(SELECT + "WHERE id = ? AND ended_at >= 0", JobTable::read, job.toString());
    }

    static @Nullable JobRecord byRequestId(Database database, String requestId) throws SQLException {
        return database.first(SELECT + "WHERE request_id = ?", JobTable::read, requestId);
    }

    /** A suffix is a prefix of the reversed id; '~' comes after every character of an id. */
    static List<JobHead> bySuffix(Database database, String suffix) throws SQLException {
        String prefix = reversed(suffix);
        return database.all(BY_SUFFIX, JobTable::head, prefix, prefix + "~");
    }

    static List<JobHead> newest(Database database, long before, int limit) throws SQLException {
        return database.all(
                SELECT_HEAD + "WHERE accepted_as < ? AND ended_at >= 0 ORDER BY accepted_as DESC LIMIT ?",
                JobTable::head,
                before,
                limit);
    }

    /** When the oldest one was accepted; 0: there is none. */
    static long oldest(Database database) throws SQLException {
        Long acceptedAt = database.first(
                "SELECT accepted_at FROM job WHERE ended_at >= 0 ORDER BY accepted_as LIMIT 1", row -> row.getLong(1));
        return acceptedAt == null ? 0 : acceptedAt;
    }

    private static JobRecord read(ResultSet row) throws SQLException {
        JobHead head = head(row);
        return new JobRecord(
                head.job(),
                row.getString(13),
                head.order(),
                head.selection(),
                head.command(),
                head.submittedBy(),
                head.acceptedAt(),
                head.expiresAt(),
                head.completesBy(),
                minions(row.getString(14)),
                head.cancel(),
                head.endedAt(),
                callback(row, 15),
                head.parent(),
                head.remark());
    }

    private static JobHead head(ResultSet row) throws SQLException {
        byte @Nullable [] cancel = row.getBytes(9);
        byte @Nullable [] parent = row.getBytes(11);
        byte @Nullable [] remark = row.getBytes(12);
        return new JobHead(
                JobId.parse(row.getString(1)),
                row.getLong(2),
                Blob.read(row.getBytes(3), Selection.class),
                Blob.read(row.getBytes(4), Command.class),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                cancel == null ? null : Blob.read(cancel, CancelWish.class),
                row.getLong(10),
                parent == null ? null : Blob.read(parent, Parent.class),
                remark == null ? Remark.NONE : Blob.read(remark, Remark.class));
    }

    /** Whom a job calls back; null: nobody. */
    static @Nullable CallbackOrder callback(ResultSet row, int column) throws SQLException {
        byte @Nullable [] order = row.getBytes(column);
        return order == null ? null : Blob.read(order, CallbackOrder.class);
    }

    /** The minions of a row, in their order. */
    static List<MinionId> minions(String joined) {
        return joined.lines().map(MinionId::new).toList();
    }

    private static String joined(List<MinionId> minions) {
        return minions.stream().map(MinionId::value).collect(Collectors.joining("\n"));
    }

    private static String reversed(String text) {
        return new StringBuilder(text).reverse().toString();
    }
}
