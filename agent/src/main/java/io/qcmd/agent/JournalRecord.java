package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.WireCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of the journal file, big-endian:
 *
 * <pre>
 *   len u32      bytes of the body, at most 128 KiB
 *   crc32c u32   of type and body
 *   type u8      1 EPOCH     format u8, records before those of this file i64, name utf-8; the first record and no other
 *                2 STARTED   job 16 bytes
 *                3 SPAWNED   job 16 bytes, pid i64, start ticks i64, boot id utf-8
 *                4 DONE      the reports that will be told: Output..., Done, as on the wire (CBOR)
 *                5 RELEASED  job 16 bytes
 *                6 MARK      nothing: time has passed
 *   body
 * </pre>
 *
 * <p>A record is bad when one of these does not hold. Immutable, though nobody copies the array: records live for one write or one read.
 */
record JournalRecord(byte type, byte[] body) {
    static final byte EPOCH = 1;
    static final byte STARTED = 2;
    static final byte SPAWNED = 3;
    static final byte DONE = 4;
    static final byte RELEASED = 5;
    static final byte MARK = 6;

    static final byte FORMAT = 2;
    static final int HEAD = 9;
    static final int LONGEST = 128 * 1024;

    private static final int JOB = 16;
    private static final int EPOCH_NAME = 1 + Long.BYTES;
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.SMALL);

    /** @param base how many records were written before those that follow */
    static JournalRecord epoch(String name, long base) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(EPOCH_NAME + text.length);
        return new JournalRecord(EPOCH, body.put(FORMAT).putLong(base).put(text).array());
    }

    static JournalRecord started(JobId job) {
        return new JournalRecord(STARTED, withJob(job, 0).array());
    }

    static JournalRecord spawned(JobId job, long pid, long startTicks, String bootId) {
        byte[] boot = bootId.getBytes(StandardCharsets.UTF_8);
        return new JournalRecord(
                SPAWNED,
                withJob(job, 16 + boot.length)
                        .putLong(pid)
                        .putLong(startTicks)
                        .put(boot)
                        .array());
    }

    static JournalRecord done(Return result, List<Output> output) {
        List<Report> reports = new ArrayList<>(output);
        reports.add(new Report.Done(result));
        return new JournalRecord(DONE, CODEC.encodeReports(reports));
    }

    static JournalRecord released(JobId job) {
        return new JournalRecord(RELEASED, withJob(job, 0).array());
    }

    static JournalRecord mark() {
        return new JournalRecord(MARK, new byte[0]);
    }

    /** All that is known of an entry, as the fewest records. */
    static List<JournalRecord> of(Journal.Entry entry) {
        List<JournalRecord> records = new ArrayList<>(3);
        records.add(started(entry.job()));
        if (entry.pid() != 0) {
            records.add(spawned(entry.job(), entry.pid(), entry.startTicks(), entry.bootId()));
        }
        if (entry.result() != null) {
            records.add(done(entry.result(), entry.output()));
        }
        return records;
    }

    int size() {
        return HEAD + body.length;
    }

    void writeTo(ByteBuffer out) {
        out.putInt(body.length)
                .putInt(checksum(type, ByteBuffer.wrap(body)))
                .put(type)
                .put(body);
    }

    /** The record at the buffer's position, which moves behind it; null, and the position stays, when what stands there is bad. */
    static @Nullable JournalRecord readFrom(ByteBuffer in) {
        int start = in.position();
        if (in.remaining() < HEAD) {
            return null;
        }
        int length = in.getInt(start);
        byte type = in.get(start + HEAD - 1);
        boolean plausible = length >= 0 && length <= LONGEST && length <= in.remaining() - HEAD;
        if (!plausible || type < EPOCH || type > MARK) {
            return null;
        }
        if (in.getInt(start + 4) != checksum(type, in.slice(start + HEAD, length))) {
            return null;
        }
        byte[] body = new byte[length];
        in.get(start + HEAD, body).position(start + HEAD + length);
        return new JournalRecord(type, body);
    }

    /** The name in an EPOCH record of a format that this agent reads; null: it is none. */
    @Nullable
    String epochName() {
        boolean known = type == EPOCH && body.length > EPOCH_NAME && body[0] == FORMAT && epochBase() >= 0;
        return known ? new String(body, EPOCH_NAME, body.length - EPOCH_NAME, StandardCharsets.UTF_8) : null;
    }

    /** How many records were written before those that follow an EPOCH record. */
    long epochBase() {
        return ByteBuffer.wrap(body).getLong(1);
    }

    /** Repeats in memory what the record says; false: the body makes no sense. */
    boolean applyTo(JournalIndex index) {
        if (type == DONE) {
            return applyDone(index);
        }
        if (type == MARK) {
            return body.length == 0;
        }
        if (type == EPOCH || body.length < JOB || (type == SPAWNED && body.length < JOB + 16)) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        JobId job = new JobId(in.getLong(), in.getLong());
        switch (type) {
            case STARTED -> index.started(job);
            case RELEASED -> index.released(job);
            default ->
                index.spawned(
                        job,
                        in.getLong(),
                        in.getLong(),
                        StandardCharsets.UTF_8.decode(in).toString());
        }
        return true;
    }

    private boolean applyDone(JournalIndex index) {
        List<Output> output = new ArrayList<>();
        try {
            for (Report report : CODEC.decodeReports(body)) {
                if (report instanceof Report.Done done) {
                    index.done(done.result(), output);
                    return true;
                }
                if (!(report instanceof Output piece)) {
                    return false;
                }
                output.add(piece);
            }
            return false;
        } catch (QcmdException e) {
            return false;
        }
    }

    private static ByteBuffer withJob(JobId job, int more) {
        return ByteBuffer.allocate(JOB + more).putLong(job.high()).putLong(job.low());
    }

    private static int checksum(byte type, ByteBuffer body) {
        CRC32C crc = new CRC32C();
        crc.update(type);
        crc.update(body);
        return (int) crc.getValue();
    }
}
