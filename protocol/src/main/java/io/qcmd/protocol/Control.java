package io.qcmd.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the bus says on the control lane, downwards on the reports channel; it overtakes commands. One frame carries a list of them, in order. */
public sealed interface Control {
    /**
     * The answer to one page of HELLO; later, without verdicts and not {@code last}: only the spread is another one now.
     *
     * @param deployment names the bus and its store; an agent keeps to one
     * @param reconnectSpreadMillis over how long the agents of this bus come back after a clean close
     * @param verdicts one per entry of the page
     * @param last whether it answers the last page: commands may be asked for now
     */
    record Reconciled(String deployment, long reconnectSpreadMillis, List<Verdict> verdicts, boolean last)
            implements Control {
        public Reconciled {
            verdicts = List.copyOf(verdicts);
            checkNotNegative("reconnectSpreadMillis", reconnectSpreadMillis);
        }
    }

    /**
     * What becomes of an unsettled entry of the journal.
     *
     * @param stdout committed bytes of stdout as an offset: output is sent from there
     * @param stderr likewise
     * @param windowBytes the output window from now on
     */
    record Verdict(JobId job, Kind kind, long stdout, long stderr, int windowBytes) {
        /** KEEP: go on running. SEND: send output and result. CANCEL: kill it. SETTLED: drop the entry. */
        public enum Kind {
            KEEP,
            SEND,
            CANCEL,
            SETTLED
        }

        public Verdict {
            checkNotNegative("stdout", stdout);
            checkNotNegative("stderr", stderr);
            checkNotNegative("windowBytes", windowBytes);
        }
    }

    /**
     * The permit: start it now.
     *
     * @param windowBytes the first output window
     */
    record Go(JobId job, int windowBytes) implements Control {
        public Go {
            checkNotNegative("windowBytes", windowBytes);
        }
    }

    /** No permit: it expired or was cancelled meanwhile. Forget it. */
    record Voided(JobId job) implements Control {}

    /**
     * Output is on the disk of the bus.
     *
     * @param offset up to where, in the true output of the stream
     * @param windowBytes how much of both streams together may be on its way from now on
     */
    record Committed(JobId job, Output.Stream stream, long offset, int windowBytes) implements Control {
        public Committed {
            checkNotNegative("offset", offset);
            checkNotNegative("windowBytes", windowBytes);
        }
    }

    /** Their results are on the disk of the bus: drop the entries. */
    record Settled(List<JobId> jobs) implements Control {
        public Settled {
            jobs = List.copyOf(jobs);
        }
    }

    /**
     * Kill it if it runs; say NEVER_STARTED if it was not started. A second one may shorten the time, never lengthen it.
     *
     * @param killAfterMillis when KILL follows TERM, at the latest after {@code kill_grace} of the agent, 0: KILL at once; null: then
     */
    record Cancel(JobId job, @Nullable Long killAfterMillis) implements Control {
        public Cancel {
            checkNotNegative("killAfterMillis", killAfterMillis == null ? 0 : killAfterMillis);
        }
    }

    /** Answered by PONG with the same nonce; needs no execution slot. */
    record Ping(long nonce) implements Control {}

    private static void checkNotNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("control: " + what + " is " + value + "; use 0 or more");
        }
    }
}
