package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A journal that dies with its process, for simulated agents: each write is complete at once. */
final class MemoryJournal implements Journal {
    private final JournalIndex index = new JournalIndex();
    private String epoch;
    private long records;

    MemoryJournal(String epoch) {
        this.epoch = epoch;
    }

    @Override
    public synchronized String epoch() {
        return epoch;
    }

    @Override
    public synchronized long records() {
        return records;
    }

    @Override
    public synchronized CompletionStage<Void> renew() {
        epoch += "'";
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<Void> started(JobId job) {
        index.started(job);
        records++;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void spawned(JobId job, long pid, long startTicks, String bootId) {
        index.spawned(job, pid, startTicks, bootId);
        records++;
    }

    @Override
    public synchronized CompletionStage<Void> done(Return result, List<Output> output) {
        index.done(result, output);
        records++;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void released(JobId job) {
        index.released(job);
        records++;
    }

    @Override
    public synchronized List<Entry> unsettled() {
        return index.entries();
    }

    @Override
    public void close() {}
}
