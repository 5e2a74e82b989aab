package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Breaks "journal before exec": says that a start is on the disk while it is on its way. */
final class HastyJournal extends JournalAround {
    HastyJournal(Journal journal) {
        super(journal);
    }

    @Override
    public CompletionStage<Void> started(JobId job) {
        CompletionStage<Void> later = super.started(job);
        return later.toCompletableFuture().isDone() ? later : CompletableFuture.completedFuture(null);
    }
}
