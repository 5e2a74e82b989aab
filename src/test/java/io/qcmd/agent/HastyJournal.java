package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Breaks "journal before exec": says that a start is on the disk while it is on its way. */
record HastyJournal(Journal journal) implements Journal {
    @Override
    public String epoch() {
        return journal.epoch();
    }

    @Override
    public long records() {
        return journal.records();
    }

    @Override
    public CompletionStage<Void> renew() {
        return journal.renew();
    }

    @Override
    public CompletionStage<Void> started(JobId job) {
        CompletionStage<Void> later = journal.started(job);
        return later.toCompletableFuture().isDone() ? later : CompletableFuture.completedFuture(null);
    }

    @Override
    public void spawned(JobId job, long pid, long startTicks, String bootId) {
        journal.spawned(job, pid, startTicks, bootId);
    }

    @Override
    public CompletionStage<Void> done(Return result, List<Output> output) {
        return journal.done(result, output);
    }

    @Override
    public void released(JobId job) {
        journal.released(job);
    }

    @Override
    public List<Entry> unsettled() {
        return journal.unsettled();
    }

    @Override
    public void close() {
        journal.close();
    }
}
