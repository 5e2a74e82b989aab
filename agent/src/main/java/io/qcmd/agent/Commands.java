package io.qcmd.agent;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What runs commands, as the core sees it: processes on a real agent, anything else in a simulation. Called by one thread at a time. */
interface Commands {
    /** How many more commands may run now. */
    int freeSlots();

    /** How this host is, right now. Reads what is local, and waits for nobody. */
    Report.Health health();

    /** Why the command would not be run here, for people; empty: it would. Asked before READY. */
    Optional<String> refusal(Command command);

    /** Runs it. Called once STARTED is on disk; never throws: what cannot be executed ends as REJECTED. */
    Running run(Message message, Events events);

    /**
     * The output of a job, while it runs and until {@link #discard}; also of one that ran before the agent was restarted. Empty: nothing is left of it. An error: that
     * is not known now.
     */
    Optional<? extends Spool> spool(JobId job) throws IOException;

    /** The bus has all of it: drops the output and whatever else is left of the job. */
    void discard(JobId job);

    /**
     * Kills what still lives of a job that an earlier life of the agent started.
     *
     * @param pid of its main process, 0: not known, or of an earlier boot
     * @param startTicks of that process: a pid alone may name a stranger by now
     * @return how many processes were killed
     */
    int killLeftovers(JobId job, long pid, long startTicks);

    /** A command that was handed over to be run. */
    interface Running {
        /**
         * Ends it by TERM, grace and KILL of its whole tree. Harmless when it is over; once more, it may shorten the grace.
         *
         * @param killAfter the grace, no longer than {@code kill_grace}, zero: KILL at once; null: just that
         */
        void cancel(@Nullable Duration killAfter);
    }

    /** Output that can be read in pieces. */
    interface Pieces {
        /** The next piece at or behind the offset, of at most so many bytes; empty: nothing there now. An error: it cannot be read now. */
        Optional<Output> next(JobId job, Output.Stream stream, long offset, int maxBytes) throws IOException;
    }

    /** What was kept of the output of one job. */
    interface Spool extends Pieces {
        Return.Captured captured(Output.Stream stream);
    }

    /** What becomes of a command. Called by any thread; returns at once. */
    interface Events {
        void spawned(JobId job, long pid, long startTicks);

        /** There is more output of this stream than there was. */
        void output(JobId job, Output.Stream stream);

        /** The last event: all output is in the spool, and on disk where it is more than {@link Journal#INLINE}. */
        void ended(Return result);
    }
}
