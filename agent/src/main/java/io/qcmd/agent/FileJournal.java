package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of a real agent: the file {@code journal} in its data directory, written by one thread. The group commit never waits: it takes what is queued
 * when the last fdatasync returned. A lock file keeps a second agent out of the directory.
 *
 * <p>A write that fails (disk full) leaves no trace and may be tried again. An fdatasync that fails ends the journal: the kernel may have dropped what it could
 * not write, so that nothing may be told or started any more; {@code broken} hears of it once, and the process should end.
 */
final class FileJournal implements Journal {
    /** Records that may wait for the disk; above it promises fail and lazy records are left out. */
    private static final int QUEUE = 4_096;

    private static final int BATCH = 256;
    private static final Logger log = LoggerFactory.getLogger(FileJournal.class);

    private final JournalFile file;
    private final FileChannel lock;
    private final Consumer<IOException> broken;
    private final BlockingQueue<Write> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread writer = new Thread(this::write, "qcmd-journal");

    private volatile boolean closed;

    /** Guarded by itself: the writer changes it, after the disk; {@link #unsettled} reads it. */
    private final JournalIndex index;

    /** A record on its way to the disk, and who waits for it; nobody: it is lazy. No record: the end. */
    private record Write(
            @Nullable JournalRecord record, @Nullable CompletableFuture<Void> promise) {
        void complete() {
            if (promise != null) {
                promise.complete(null);
            }
        }

        void fail(Throwable error) {
            if (promise != null) {
                promise.completeExceptionally(error);
            }
        }
    }

    private FileJournal(JournalFile file, JournalIndex index, FileChannel lock, Consumer<IOException> broken) {
        this.file = file;
        this.index = index;
        this.lock = lock;
        this.broken = broken;
    }

    /**
     * Opens the journal of a directory, which exists and is its owner's alone.
     *
     * @param newEpoch the epoch if a new journal has to be made; random
     * @throws IOException another agent holds the directory, or the disk refuses
     */
    static FileJournal open(Path directory, String newEpoch, Consumer<IOException> broken) throws IOException {
        return open(directory, newEpoch, JournalFile.COMPACT_FROM, broken);
    }

    static FileJournal open(Path directory, String newEpoch, long compactFrom, Consumer<IOException> broken)
            throws IOException {
        FileChannel lock = lock(directory.resolve("lock"));
        try {
            JournalIndex index = new JournalIndex();
            JournalFile file = JournalFile.open(directory.resolve("journal"), newEpoch, compactFrom, index);
            FileJournal journal = new FileJournal(file, index, lock, broken);
            journal.writer.setDaemon(true);
            journal.writer.start();
            return journal;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public String epoch() {
        return file.epoch();
    }

    @Override
    public CompletionStage<Void> started(JobId job) {
        return promise(JournalRecord.started(job));
    }

    @Override
    public void spawned(JobId job, long pid, long startTicks, String bootId) {
        lazily(JournalRecord.spawned(job, pid, startTicks, bootId));
    }

    @Override
    public CompletionStage<Void> done(Return result, List<Output> output) {
        return promise(JournalRecord.done(result, output));
    }

    @Override
    public void released(JobId job) {
        lazily(JournalRecord.released(job));
    }

    @Override
    public List<Entry> unsettled() {
        synchronized (index) {
            return index.entries();
        }
    }

    /** Writes what is queued, syncs it and lets go of the directory. Blocks for that long. */
    @Override
    public void close() {
        try (lock;
                file) {
            if (!closed) {
                queue.put(new Write(null, null));
            }
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("closing the journal: {}", e.toString());
        }
    }

    private CompletionStage<Void> promise(JournalRecord record) {
        CompletableFuture<Void> promise = new CompletableFuture<>();
        Write write = new Write(record, promise);
        if (!queue.offer(write)) {
            write.fail(new IOException(QUEUE + " journal records wait for the disk"));
        }
        if (closed) {
            failQueued();
        }
        return promise;
    }

    private void lazily(JournalRecord record) {
        if (!queue.offer(new Write(record, null))) {
            log.warn("{} journal records wait for the disk; left out one of type {}", QUEUE, record.type());
        }
    }

    // Everything below runs on the writer thread.

    private void write() {
        List<Write> batch = new ArrayList<>();
        try {
            boolean open = true;
            while (open) {
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                open = !batch.removeIf(write -> write.record() == null);
                commit(batch);
                batch.clear();
            }
            file.sync();
        } catch (IOException e) {
            log.error("the journal cannot be synced; nothing may start any more", e);
            batch.forEach(write -> write.fail(e));
            broken.accept(e);
        } catch (InterruptedException e) {
            log.warn("the journal's thread was interrupted; the journal is closed");
        }
        closed = true;
        failQueued();
    }

    /** An error that it throws is the end of the journal. */
    private void commit(List<Write> batch) throws IOException {
        List<JournalRecord> records =
                batch.stream().map(Write::record).flatMap(Stream::ofNullable).toList();
        try {
            file.append(records);
        } catch (IOException e) {
            log.error("the journal cannot be written: {}", e.toString());
            batch.forEach(write -> write.fail(e));
            return;
        }
        if (batch.stream().anyMatch(write -> write.promise() != null)) {
            file.sync();
        }
        synchronized (index) {
            records.forEach(record -> record.applyTo(index));
        }
        batch.forEach(Write::complete);
        if (file.wantsCompaction()) {
            file.compact(unsettled());
        }
    }

    private void failQueued() {
        List<Write> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(write -> write.fail(new IOException("the journal is closed")));
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), Modes.OWNER_ONLY);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            log.debug("held within this process", e);
        }
        if (lock == null) {
            channel.close();
            throw new IOException("data directory '" + path.getParent()
                    + "': another agent runs on it; stop that one, or give this one a directory of its own");
        }
        return channel;
    }
}
