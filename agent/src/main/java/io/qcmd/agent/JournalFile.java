package io.qcmd.agent;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.qcmd.protocol.fault.FailPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a journal: records are appended, and it is rewritten when it has grown to twice what the last rewriting left. A new file, also the first, is
 * complete on disk before it gets its name. Not thread-safe.
 *
 * <p>Opening reads to the first bad record. Nothing good behind it: a torn write, which nobody has acted on yet; it is cut off. Good records behind it: the file
 * was damaged, and what it said of other jobs cannot be known; it is put aside as {@code journal.damaged} and a new life begins, under a new epoch.
 */
final class JournalFile implements AutoCloseable {
    /** Below this size a file is never rewritten. */
    static final long COMPACT_FROM = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(JournalFile.class);

    private final Path path;
    private final long compactFrom;
    private volatile String epoch;
    private FileChannel channel;
    private long size;
    private long compactAt;
    /** Ever written in this epoch, the compacted ones too. */
    private long records;

    private volatile long durable;

    private JournalFile(Path path, String epoch, FileChannel channel, long size, long records, long compactFrom) {
        this.path = path;
        this.epoch = epoch;
        this.channel = channel;
        this.size = size;
        this.records = records;
        this.durable = records;
        this.compactFrom = compactFrom;
        this.compactAt = compactFrom;
    }

    /** Opens or makes {@code path}, and repeats its records into the index; {@code newEpoch} names the life of a file that has to be made. */
    static JournalFile open(Path path, String newEpoch, long compactFrom, JournalIndex index) throws IOException {
        Files.deleteIfExists(beside(path, ".new"));
        try {
            return read(path, compactFrom, index);
        } catch (NoSuchFileException e) {
            return create(path, newEpoch, compactFrom);
        } catch (DamagedException e) {
            Path aside = beside(path, ".damaged");
            log.error("{}: {}; kept as {}; what it held is INTERRUPTED", path, e.getMessage(), aside.getFileName());
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
            return create(path, newEpoch, compactFrom);
        }
    }

    /** Any thread. */
    String epoch() {
        return epoch;
    }

    /** How many records of this epoch have ever been written and are on disk. Any thread. */
    long durable() {
        return durable;
    }

    long size() {
        return size;
    }

    /** Appends all or nothing. After an error of {@code sync} nothing is known of the file any more, and it must not be used. */
    void append(List<JournalRecord> fresh) throws IOException {
        try {
            size = writeFully(channel, bytes(fresh), size);
            records += fresh.size();
        } catch (IOException e) {
            channel.truncate(size);
            throw e;
        }
    }

    void sync() throws IOException {
        channel.force(false);
        durable = records;
    }

    boolean wantsCompaction() {
        return size >= compactAt;
    }

    /**
     * Replaces the file by one that holds these entries alone: at each instant the old or the new one has the name, and either is complete. A disk that has no
     * room for it is logged, and the old file goes on. After an error the file must not be used, as after one of {@code sync}.
     */
    void compact(List<Journal.Entry> entries) throws IOException {
        // Also when there is no room: a full disk must not be tried again with every record.
        compactAt = Math.max(compactFrom, 2 * size);
        FileChannel fresh;
        try {
            fresh = install(path, rewritten(epoch, entries));
            FailPoint.AGENT_AFTER_RENAME.hit();
        } catch (IOException e) {
            log.warn("{}: cannot be compacted and goes on growing: {}", path, e.toString());
            return;
        }
        replaceBy(fresh);
    }

    /**
     * Begins a new life under this name, with these entries, in the way of {@link #compact}.
     *
     * @return null, or why there is no room for it: then the old one goes on
     */
    @Nullable
    IOException renew(String name, List<Journal.Entry> entries) throws IOException {
        FileChannel fresh;
        try {
            fresh = install(path, rewritten(name, entries));
        } catch (IOException e) {
            return e;
        }
        epoch = name;
        replaceBy(fresh);
        return null;
    }

    private List<JournalRecord> rewritten(String name, List<Journal.Entry> entries) {
        List<JournalRecord> kept = entries.stream()
                .flatMap(entry -> JournalRecord.of(entry).stream())
                .toList();
        List<JournalRecord> all = new ArrayList<>();
        all.add(JournalRecord.epoch(name, records - kept.size()));
        all.addAll(kept);
        return all;
    }

    private void replaceBy(FileChannel fresh) throws IOException {
        channel.close();
        channel = fresh;
        size = fresh.size();
        compactAt = Math.max(compactFrom, 2 * size);
        syncDirectory(path);
        durable = records;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static JournalFile create(Path path, String epoch, long compactFrom) throws IOException {
        FileChannel channel = install(path, List.of(JournalRecord.epoch(epoch, 0)));
        syncDirectory(path);
        return new JournalFile(path, epoch, channel, channel.size(), 0, compactFrom);
    }

    private static JournalFile read(Path path, long compactFrom, JournalIndex index) throws IOException {
        FileChannel channel = FileChannel.open(path, READ, WRITE);
        try {
            ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            JournalRecord first = JournalRecord.readFrom(in);
            String epoch = first == null ? null : first.epochName();
            if (first == null || epoch == null) {
                throw new DamagedException("does not begin with an epoch of format " + JournalRecord.FORMAT);
            }
            List<JournalRecord> records = replay(in, index);
            int good = in.position();
            if (good < channel.size()) {
                log.warn("{}: cut off a torn record of {} bytes", path, channel.size() - good);
                channel.truncate(good);
            }
            // What a killed agent wrote last may be in the page cache alone.
            channel.force(false);
            return new JournalFile(path, epoch, channel, good, first.epochBase() + records.size(), compactFrom);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Moves the buffer up to where all is good, and gives back what stands there. */
    private static List<JournalRecord> replay(ByteBuffer in, JournalIndex index) throws DamagedException {
        JournalIndex replayed = new JournalIndex();
        List<JournalRecord> records = new ArrayList<>();
        for (JournalRecord next = JournalRecord.readFrom(in); next != null; next = JournalRecord.readFrom(in)) {
            if (!next.applyTo(replayed)) {
                throw new DamagedException("record of type " + next.type() + " makes no sense");
            }
            records.add(next);
        }
        int good = in.position();
        for (int at = good + 1; at < in.limit(); at++) {
            if (JournalRecord.readFrom(in.position(at)) != null) {
                throw new DamagedException("bad record at byte " + good + " before a good one at " + at);
            }
        }
        in.position(good);
        records.forEach(record -> record.applyTo(index));
        return records;
    }

    /** Writes a whole file and gives it its name, which is on disk only once the directory is; the open channel of it. */
    private static FileChannel install(Path path, List<JournalRecord> records) throws IOException {
        Path fresh = beside(path, ".new");
        FileChannel channel = FileChannel.open(fresh, Set.of(CREATE, TRUNCATE_EXISTING, READ, WRITE), Modes.OWNER_ONLY);
        try {
            long end = 0;
            for (JournalRecord record : records) {
                end = writeFully(channel, bytes(List.of(record)), end);
            }
            channel.force(true);
            FailPoint.AGENT_BEFORE_RENAME.hit();
            Files.move(fresh, path, ATOMIC_MOVE);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            // On a full disk half of it would take what room is left.
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    private static void syncDirectory(Path path) throws IOException {
        @Nullable Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            }
        }
    }

    private static ByteBuffer bytes(List<JournalRecord> records) {
        ByteBuffer bytes = ByteBuffer.allocate(
                records.stream().mapToInt(JournalRecord::size).sum());
        records.forEach(record -> record.writeTo(bytes));
        return bytes.flip();
    }

    /** Where the bytes end. */
    private static long writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
        return position;
    }

    private static Path beside(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }

    /** The file says things that cannot be. */
    private static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        DamagedException(String message) {
            super(message);
        }
    }
}
