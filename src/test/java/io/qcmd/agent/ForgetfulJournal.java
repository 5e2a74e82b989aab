package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Breaks "settle before purge": lets go of an entry once its result is on the disk. */
record ForgetfulJournal(Journal journal) implements Journal {
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
        return journal.started(job);
    }

    @Override
    public void spawned(JobId job, long pid, long startTicks, String bootId) {
        journal.spawned(job, pid, startTicks, bootId);
    }

    @Override
    public CompletionStage<Void> done(Return result, List<Output> output) {
        return journal.done(result, output).thenRun(() -> journal.released(result.job()));
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
