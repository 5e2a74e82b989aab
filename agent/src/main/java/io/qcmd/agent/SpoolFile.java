package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Return.Captured;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of one stream: its first bytes and its last ones, in one file that never grows beyond them.
 *
 * <pre>
 *   | header 80 | head: true bytes 0 .. h-1 | tail: a ring of t; true byte n >= h stands at (n - h) % t |
 * </pre>
 *
 * <p>The header is written at the end: magic, true total, h, t, kept bytes of the head, true offset of the tail, SHA-256 of the kept bytes. A file without it
 * was not finished. Nothing is on disk before the first byte.
 *
 * <p>One thread appends and finishes. Any thread reads: the head while it grows, the tail once it is finished. When the disk fails, what was written of the head
 * is kept, the rest is counted.
 */
final class SpoolFile {
    private static final Logger log = LoggerFactory.getLogger(SpoolFile.class);

    private static final long MAGIC = 0x5143_4d44_5350_4c31L; // QCMDSPL1
    private static final int HASH = 32;
    private static final int HEADER = 6 * Long.BYTES + HASH;
    private static final int HASHED_AT_ONCE = 64 * 1024;

    private final Path path;
    private final long headLimit;
    private final long tailLimit;
    private @Nullable FileChannel writer;
    private boolean broken;

    // Written by the one who appends, after the bytes are in the file.
    private volatile long total;
    private volatile long head;
    // Set once, at the end; the flag last.
    private long tailFrom;
    private Captured captured = Captured.NONE;
    private volatile boolean finished;

    /** A piece of what is kept, at its true offset. */
    record Piece(long offset, Bytes bytes) {}

    /** For a stream that begins now. */
    SpoolFile(Path path, long limit) {
        this(path, limit - limit / 4, limit / 4);
    }

    private SpoolFile(Path path, long headLimit, long tailLimit) {
        this.path = path;
        this.headLimit = headLimit;
        this.tailLimit = tailLimit;
    }

    /**
     * One that was finished, maybe by a former agent; without a file: an empty one. Reads all of it. Empty: it was not finished, or is damaged. An error: it cannot be
     * read now, and nothing is known of it.
     */
    static Optional<SpoolFile> reopen(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            if (file.size() < HEADER) {
                return Optional.empty();
            }
            readFully(file, header, 0);
            return header.getLong() == MAGIC ? ofHeader(path, header, file) : Optional.empty();
        } catch (NoSuchFileException nothingWasSaid) {
            SpoolFile none = new SpoolFile(path, 0);
            none.finished = true;
            return Optional.of(none);
        }
    }

    private static Optional<SpoolFile> ofHeader(Path path, ByteBuffer header, FileChannel file) throws IOException {
        long total = header.getLong();
        SpoolFile spool = new SpoolFile(path, header.getLong(), header.getLong());
        spool.total = total;
        spool.head = header.getLong();
        spool.tailFrom = header.getLong();
        Bytes hash = Bytes.copyOf(header.array(), header.position(), HEADER);
        if (!spool.fitsInto(file.size() - HEADER)
                || spool.kept() > 0 && !spool.hash(file).equals(hash)) {
            log.error("{} is damaged, and what it keeps is lost", path);
            return Optional.empty();
        }
        spool.seal(hash);
        return Optional.of(spool);
    }

    /** Whether a header makes sense for a file of that size. */
    private boolean fitsInto(long size) {
        boolean headFits = 0 <= head && head <= Math.min(headLimit, tailFrom) && head <= size;
        boolean hasTail = tailFrom != total;
        boolean tailFits = headLimit <= tailFrom
                && tailFrom <= total
                && total - tailFrom <= tailLimit
                && Math.min(total - headLimit, tailLimit) <= size - headLimit;
        return headFits && (tailFits || !hasTail);
    }

    /** Takes the next bytes of the stream. Returns whether the head grew, that is, whether {@link #next} has more now. */
    boolean append(ByteBuffer bytes) {
        long at = total;
        long end = at + bytes.remaining();
        if (!broken) {
            try {
                write(at, bytes);
                head = Math.min(end, headLimit);
            } catch (IOException e) {
                broken = true;
                log.warn("output beyond byte {} is not kept: {}", head, e.toString());
            }
        }
        total = end;
        return !broken && at < headLimit;
    }

    private void write(long at, ByteBuffer bytes) throws IOException {
        int inHead = (int) Math.min(bytes.remaining(), Math.max(0, headLimit - at));
        write(HEADER + at, bytes, inHead);
        // Only the last bytes of a piece that is longer than the ring would survive it.
        int skipped = (int) Math.max(0, bytes.remaining() - tailLimit);
        bytes.position(bytes.position() + skipped);
        for (long n = at + inHead + skipped; bytes.hasRemaining(); ) {
            long place = (n - headLimit) % tailLimit;
            int size = (int) Math.min(bytes.remaining(), tailLimit - place);
            write(HEADER + headLimit + place, bytes, size);
            n += size;
        }
    }

    private void write(long position, ByteBuffer bytes, int size) throws IOException {
        ByteBuffer part = bytes.slice(bytes.position(), size);
        for (long at = position; part.hasRemaining(); ) {
            at += writer().write(part, at);
        }
        bytes.position(bytes.position() + size);
    }

    private FileChannel writer() throws IOException {
        FileChannel open = writer;
        if (open == null) {
            Set<StandardOpenOption> options =
                    Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            open = writer = FileChannel.open(path, options, Modes.OWNER_ONLY);
        }
        return open;
    }

    /** The end of the stream, before {@link #finish}: fixes what is kept, and returns how much. */
    long end() {
        tailFrom = broken ? total : Math.min(total, Math.max(headLimit, total - tailLimit));
        return kept();
    }

    /** After {@link #end}: writes the header; {@code force}: what is kept is durable afterwards. What cannot be made so is not kept. Idempotent. */
    void finish(boolean force) {
        if (finished) {
            return;
        }
        try (FileChannel file = writer) {
            Bytes hash = Bytes.EMPTY;
            if (file != null) {
                hash = kept() == 0 ? hash : hash(file);
                writeHeader(file, hash);
                if (force) {
                    file.force(true);
                }
            }
            seal(hash);
        } catch (IOException e) {
            log.warn("output is not kept: {}", e.toString());
            head = 0;
            tailFrom = total;
            seal(Bytes.EMPTY);
        }
    }

    private void seal(Bytes hash) {
        captured = new Captured(total, kept(), kept() == 0 ? Bytes.EMPTY : hash);
        finished = true;
    }

    private void writeHeader(FileChannel file, Bytes hash) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.putLong(MAGIC).putLong(total).putLong(headLimit).putLong(tailLimit);
        header.putLong(head).putLong(tailFrom).put(hash.buffer());
        header.clear();
        for (long at = 0; header.hasRemaining(); ) {
            at += file.write(header, at);
        }
    }

    private Bytes hash(FileChannel file) throws IOException {
        MessageDigest digest = sha256();
        for (Span span = span(0, HASHED_AT_ONCE); span != null; span = span(span.end(), HASHED_AT_ONCE)) {
            digest.update(span.read(file).bytes().buffer());
        }
        return Bytes.wrap(digest.digest());
    }

    /**
     * The next kept piece at or after this true offset, of 1 to {@code maxBytes} bytes: while the stream goes on of the head alone, then also of the tail. Empty:
     * no more now. An error: it cannot be read now. Any thread; keeps no file open.
     */
    Optional<Piece> next(long offset, int maxBytes) throws IOException {
        // First the flag: what the head had at the end is seen with it, so that the jump to the tail leaves out
        // nothing that is kept.
        Span span = finished || offset < head ? span(offset, maxBytes) : null;
        if (span == null) {
            return Optional.empty();
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return Optional.of(span.read(file));
        }
    }

    /** Bytes that are kept in one piece, and where they stand in the file. */
    private record Span(long offset, long position, int size) {
        long end() {
            return offset + size;
        }

        Piece read(FileChannel file) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(size);
            readFully(file, bytes, position);
            return new Piece(offset, Bytes.wrap(bytes.array()));
        }
    }

    private @Nullable Span span(long offset, int maxBytes) {
        if (offset < head) {
            return new Span(offset, HEADER + offset, (int) Math.min(maxBytes, head - offset));
        }
        long at = Math.max(offset, tailFrom);
        if (at >= total) {
            return null;
        }
        long place = (at - headLimit) % tailLimit;
        long size = Math.min(total - at, tailLimit - place);
        return new Span(at, HEADER + headLimit + place, (int) Math.min(maxBytes, size));
    }

    private static void readFully(FileChannel file, ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            int size = file.read(bytes, at);
            if (size < 0) {
                throw new IOException("spool file ends at byte " + at);
            }
            at += size;
        }
        bytes.flip();
    }

    /** How many bytes came so far. */
    long total() {
        return total;
    }

    private long kept() {
        return head + total - tailFrom;
    }

    /** What is kept; before the end: nothing. */
    Captured captured() {
        return captured;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
