package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.simulation.Chance;
import io.qcmd.simulation.Life;
import io.qcmd.simulation.Witness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one life of an agent, on a disk that outlives it. As in {@link FileJournal} a commit takes what is queued; promises are kept after the sync, lazy
 * records may wait for the sync of others. A crash loses a suffix of what is not synced.
 */
final class SimulatedJournal implements Journal {
    private final MinionId minion;
    private final Disk disk;
    private final Life life;
    private final Chance chance;
    private final Witness witness;
    private final JournalIndex index = new JournalIndex();
    private final Deque<Write> queue = new ArrayDeque<>();
    private boolean writing;

    /** The file: its records in order, of which some are synced. */
    static final class Disk {
        private String epoch;
        private final List<JournalRecord> records = new ArrayList<>();
        private int synced;
        boolean full;
        Duration slowestSync = Duration.ofMillis(1);

        Disk(String epoch) {
            this.epoch = epoch;
        }

        /** Power went: any suffix of what was not synced is lost; so many records. */
        int cut(Chance chance) {
            int kept = synced + chance.between(0, records.size() - synced);
            List<JournalRecord> lost = records.subList(kept, records.size());
            int size = lost.size();
            lost.clear();
            return size;
        }

        /** Damaged: what is in it is lost, and the next life begins a new one. */
        void lose(String newEpoch) {
            epoch = newEpoch;
            records.clear();
            synced = 0;
        }

        List<Entry> entries() {
            JournalIndex index = new JournalIndex();
            records.forEach(record -> record.applyTo(index));
            return index.entries();
        }
    }

    /** @param synced runs once it is on the disk for good */
    private record Write(JournalRecord record, @Nullable CompletableFuture<Void> promise, Runnable synced) {}

    SimulatedJournal(MinionId minion, Disk disk, Life life, Chance chance, Witness witness) {
        this.minion = minion;
        this.disk = disk;
        this.life = life;
        this.chance = chance;
        this.witness = witness;
        disk.records.forEach(record -> record.applyTo(index));
        disk.synced = disk.records.size();
    }

    @Override
    public String epoch() {
        return disk.epoch;
    }

    @Override
    public long records() {
        return disk.synced;
    }

    @Override
    public CompletionStage<Void> renew() {
        disk.epoch += "+";
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> started(JobId job) {
        return promise(JournalRecord.started(job), () -> {});
    }

    @Override
    public void spawned(JobId job, long pid, long startTicks, String bootId) {
        queue(new Write(JournalRecord.spawned(job, pid, startTicks, bootId), null, () -> {}));
    }

    @Override
    public CompletionStage<Void> done(Return result, List<Output> output) {
        return promise(JournalRecord.done(result, output), () -> witness.kept(minion, result));
    }

    @Override
    public void released(JobId job) {
        witness.released(minion, job);
        queue(new Write(JournalRecord.released(job), null, () -> {}));
    }

    @Override
    public List<Entry> unsettled() {
        return index.entries();
    }

    @Override
    public void close() {}

    private CompletionStage<Void> promise(JournalRecord record, Runnable synced) {
        CompletableFuture<Void> promise = new CompletableFuture<>();
        queue(new Write(record, promise, synced));
        return promise;
    }

    private void queue(Write write) {
        witness.step(life, "journal: before a write");
        if (!life.isOver()) {
            queue.add(write);
            if (!writing) {
                begin();
            }
        }
    }

    private void begin() {
        writing = true;
        life.after(chance.upTo(disk.slowestSync), this::append);
    }

    private void append() {
        List<Write> batch = List.copyOf(queue);
        queue.clear();
        if (disk.full) {
            witness.suffered("a write finds the disk of an agent full");
            IOException full = new IOException("No space left on device");
            batch.forEach(write -> {
                if (write.promise() != null) {
                    write.promise().completeExceptionally(full);
                }
            });
            next();
            return;
        }
        batch.forEach(write -> disk.records.add(write.record()));
        witness.step(life, "journal: before the sync");
        life.after(chance.upTo(disk.slowestSync), () -> sync(batch));
    }

    private void sync(List<Write> batch) {
        if (batch.stream().anyMatch(write -> write.promise() != null)) {
            disk.synced = disk.records.size();
            batch.forEach(write -> write.synced().run());
        }
        witness.step(life, "journal: after the sync");
        for (Write write : batch) {
            if (life.isOver()) {
                return;
            }
            write.record().applyTo(index);
            if (write.promise() != null) {
                write.promise().complete(null);
            }
        }
        next();
    }

    private void next() {
        writing = false;
        if (!queue.isEmpty() && !life.isOver()) {
            begin();
        }
    }
}
