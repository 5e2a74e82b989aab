package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What this minion has started and not yet settled with the bus: the reason why a command starts at most once. Two writes are promises, {@link #started} and
 * {@link #done}: they are on disk when their stage completes. The others are lazy: they reach the disk with a later write or not at all, and losing them costs
 * a question to the bus and nothing else.
 *
 * <p>Writes take effect in the order of the calls, and are handed over by the call: nothing takes them back. Thread-safe; never blocks the caller; stages
 * complete on any thread.
 */
interface Journal extends AutoCloseable {
    /**
     * Output of up to this many bytes, both streams together, is journaled with its result: one fdatasync for a small command, where files of its own would
     * need two and one for their directory. Larger output stays in its spool files, which are fsynced before the result is journaled.
     */
    int INLINE = 8 * 1024;

    /**
     * One unsettled target.
     *
     * @param pid of the main process; 0: not known
     * @param startTicks when that process started, in the kernel's ticks since boot: with pid and boot id it names one process for ever
     * @param bootId the boot of the host in which it was spawned; empty with pid 0
     * @param result null while no end is known
     * @param output what was journaled with the result
     */
    record Entry(
            JobId job,
            long pid,
            long startTicks,
            String bootId,
            @Nullable Return result,
            List<Output> output) {
        public Entry {
            output = List.copyOf(output);
        }

        static Entry started(JobId job) {
            return new Entry(job, 0, 0, "", null, List.of());
        }
    }

    /** Names one life of this journal: another one says that entries may have been lost. */
    String epoch();

    /** How many records were ever written in this epoch and are on disk: one that is told never comes back, unless the disk is an older copy of itself. */
    long records();

    /** A new life under a new epoch; the entries stay. On disk when it completes; failed: the old one goes on. */
    CompletionStage<Void> renew();

    /** Before exec: the command may run from here on. Failed: nothing of it is in the journal, and it must not run. */
    CompletionStage<Void> started(JobId job);

    /** Lazy. Which process runs the command. */
    void spawned(JobId job, long pid, long startTicks, String bootId);

    /** Before the result is told; {@code output} is all of it where that is at most {@link #INLINE} bytes, else none. Failed: may be tried again. */
    CompletionStage<Void> done(Return result, List<Output> output);

    /** Lazy. The bus has the result on its own disk; an unknown job is fine. */
    void released(JobId job);

    /** All entries that are written, in the order of their starts. */
    List<Entry> unsettled();

    @Override
    void close();
}
