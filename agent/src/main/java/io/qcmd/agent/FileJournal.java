package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of a real agent: the file {@code journal} in its data directory, written by one thread. The group commit never waits: it takes what is queued
 * when the last fdatasync returned. A lock file keeps a second agent out of the directory.
 *
 * <p>A write that fails (disk full) leaves no trace and may be tried again. Results have a {@link DiskReserve} for that case, and nothing starts while it is not
 * whole. An fdatasync that fails ends the journal: the kernel may have dropped what it could not write, so that nothing may be told or started any more;
 * {@code broken} hears of it once, and the process should end.
 */
final class FileJournal implements Journal {
    /** Records that may wait for the disk; above it promises fail and lazy records are left out. */
    private static final int QUEUE = 4_096;

    private static final int BATCH = 256;
    /** A journal that rests gets a mark, so that an older copy of it can be told from it even if nothing has happened since. */
    private static final Duration MARK_AFTER = Duration.ofHours(1);

    private static final Logger log = LoggerFactory.getLogger(FileJournal.class);

    private final JournalFile file;
    private final DiskReserve reserve;
    private final DirectoryLock lock;
    private final Supplier<String> epochs;
    private final Duration markAfter;
    private final Consumer<IOException> broken;
    private final BlockingQueue<JournalWrite> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread writer = new Thread(this::write, "qcmd-journal");

    private volatile boolean closed;

    /** Guarded by itself: the writer changes it, after the disk; {@link #unsettled} reads it. */
    private final JournalIndex index;

    private FileJournal(
            JournalFile file,
            JournalIndex index,
            DiskReserve reserve,
            DirectoryLock lock,
            Supplier<String> epochs,
            Duration markAfter,
            Consumer<IOException> broken) {
        this.file = file;
        this.reserve = reserve;
        this.index = index;
        this.lock = lock;
        this.epochs = epochs;
        this.markAfter = markAfter;
        this.broken = broken;
    }

    /**
     * Opens the journal of a directory, which exists and is its owner's alone.
     *
     * @param epochs a new name for each life of a journal; random
     * @throws IOException another agent holds the directory, or the disk refuses
     */
    static FileJournal open(Path directory, Supplier<String> epochs, Consumer<IOException> broken) throws IOException {
        return open(directory, epochs, JournalFile.COMPACT_FROM, MARK_AFTER, broken);
    }

    static FileJournal open(
            Path directory, Supplier<String> epochs, long compactFrom, Duration markAfter, Consumer<IOException> broken)
            throws IOException {
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            JournalIndex index = new JournalIndex();
            JournalFile file = JournalFile.open(directory.resolve("journal"), epochs.get(), compactFrom, index);
            DiskReserve reserve = DiskReserve.open(directory.resolve("reserve"));
            FileJournal journal = new FileJournal(file, index, reserve, lock, epochs, markAfter, broken);
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
    public long records() {
        return file.durable();
    }

    @Override
    public CompletionStage<Void> renew() {
        return promise(JournalRecord.epoch(epochs.get(), 0));
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
                queue.put(new JournalWrite(null, null));
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
        JournalWrite write = new JournalWrite(record, promise);
        if (!queue.offer(write)) {
            write.fail(new IOException(QUEUE + " journal records wait for the disk"));
        }
        if (closed) {
            failQueued();
        }
        return promise;
    }

    private void lazily(JournalRecord record) {
        if (!queue.offer(new JournalWrite(record, null))) {
            log.warn("{} journal records wait for the disk; left out one of type {}", QUEUE, record.type());
        }
    }

    // Everything below runs on the writer thread.

    private void write() {
        List<JournalWrite> batch = new ArrayList<>();
        try {
            boolean open = true;
            while (open) {
                JournalWrite first = queue.poll(markAfter.toNanos(), TimeUnit.NANOSECONDS);
                batch.add(first == null ? new JournalWrite(JournalRecord.mark(), new CompletableFuture<>()) : first);
                queue.drainTo(batch, BATCH - 1);
                open = !batch.removeIf(write -> write.record() == null);
                commit(batch.stream()
                        .filter(write -> !write.isOf(JournalRecord.EPOCH))
                        .toList());
                renew(batch.stream()
                        .filter(write -> write.isOf(JournalRecord.EPOCH))
                        .toList());
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
    private void commit(List<JournalWrite> batch) throws IOException {
        List<JournalWrite> written = append(batch);
        if (written.stream().anyMatch(write -> write.promise() != null)) {
            file.sync();
        }
        synchronized (index) {
            records(written).forEach(record -> record.applyTo(index));
        }
        written.forEach(JournalWrite::complete);
        if (file.wantsCompaction()) {
            file.compact(unsettled());
        }
    }

    /** An error that it throws is the end of the journal. */
    private void renew(List<JournalWrite> renewals) throws IOException {
        for (JournalWrite renewal : renewals) {
            String name = Objects.requireNonNull(renewal.record()).epochName();
            IOException refused = file.renew(Objects.requireNonNull(name), unsettled());
            if (refused == null) {
                renewal.complete();
            } else {
                renewal.fail(refused);
            }
        }
    }

    /** Those that are in the file; the others have failed. */
    private List<JournalWrite> append(List<JournalWrite> batch) {
        try {
            if (batch.stream().anyMatch(write -> write.isOf(JournalRecord.STARTED))) {
                reserve.fill();
            }
            file.append(records(batch));
            return batch;
        } catch (IOException e) {
            log.error("the journal cannot be written: {}", e.toString());
            return appendEnds(batch, e);
        }
    }

    /** Without room for all of it no command starts; what became of those that run gets the room that is kept for it. */
    private List<JournalWrite> appendEnds(List<JournalWrite> batch, IOException why) {
        List<JournalWrite> ends = batch.stream()
                .filter(write -> !write.isOf(JournalRecord.STARTED))
                .toList();
        batch.stream().filter(write -> !ends.contains(write)).forEach(write -> write.fail(why));
        try {
            if (ends.stream().anyMatch(write -> write.isOf(JournalRecord.DONE))) {
                reserve.spend();
            }
            file.append(records(ends));
            return ends;
        } catch (IOException e) {
            ends.forEach(write -> write.fail(e));
            return List.of();
        }
    }

    private static List<JournalRecord> records(List<JournalWrite> writes) {
        return writes.stream()
                .map(JournalWrite::record)
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private void failQueued() {
        List<JournalWrite> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(write -> write.fail(new IOException("the journal is closed")));
    }
}
