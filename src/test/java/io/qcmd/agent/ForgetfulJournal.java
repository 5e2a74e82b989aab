package io.qcmd.agent;

import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Breaks "settle before purge": lets go of an entry once its result is on the disk. */
final class ForgetfulJournal extends JournalAround {
    ForgetfulJournal(Journal journal) {
        super(journal);
    }

    @Override
    public CompletionStage<Void> done(Return result, List<Output> output) {
        return super.done(result, output).thenRun(() -> released(result.job()));
    }
}
