package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A journal in memory whose promises wait, or fail, when the test says so. */
final class HeldJournal implements Journal {
    final List<JobId> released = new ArrayList<>();
    boolean held;
    boolean full;

    private final MemoryJournal journal = new MemoryJournal("epoch-1");
    private final List<Runnable> waiting = new ArrayList<>();

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
        return write(journal::renew);
    }

    @Override
    public CompletionStage<Void> started(JobId job) {
        return write(() -> journal.started(job));
    }

    @Override
    public void spawned(JobId job, long pid, long startTicks, String bootId) {
        journal.spawned(job, pid, startTicks, bootId);
    }

    @Override
    public CompletionStage<Void> done(Return result, List<Output> output) {
        return write(() -> journal.done(result, output));
    }

    @Override
    public void released(JobId job) {
        released.add(job);
        journal.released(job);
    }

    @Override
    public List<Entry> unsettled() {
        return journal.unsettled();
    }

    @Override
    public void close() {}

    /** What waited for the disk is there now. */
    void release() {
        held = false;
        List<Runnable> writes = List.copyOf(waiting);
        waiting.clear();
        writes.forEach(Runnable::run);
    }

    private CompletionStage<Void> write(Runnable write) {
        CompletableFuture<Void> promise = new CompletableFuture<>();
        Runnable all = () -> {
            if (full) {
                promise.completeExceptionally(new IOException("No space left on device"));
            } else {
                write.run();
                promise.complete(null);
            }
        };
        if (held) {
            waiting.add(all);
        } else {
            all.run();
        }
        return promise;
    }
}
