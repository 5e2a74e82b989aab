package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A journal that passes everything on to another one; what breaks a rule overrides one method. */
abstract class JournalAround implements Journal {
    private final Journal journal;

    JournalAround(Journal journal) {
        this.journal = journal;
    }

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
