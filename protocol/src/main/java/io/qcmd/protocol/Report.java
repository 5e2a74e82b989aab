package io.qcmd.protocol;

/** What an agent says, upwards on the reports channel. One frame carries a list of them, in order. */
public sealed interface Report
        permits Hello,
                Output,
                Report.Ready,
                Report.Refused,
                Report.NeverStarted,
                Report.Started,
                Report.Done,
                Report.Health,
                Report.Journaled,
                Report.Pong {
    /** The signature, policy, disk and version are fine; nothing is journaled, nothing runs before GO. */
    record Ready(JobId job) implements Report {}

    /** It will not run, and nothing of it did. The reason has at most 1,024 characters. */
    record Refused(JobId job, String reason) implements Report {
        public Refused {
            reason = Unicode.cut(reason, Limits.REASON);
        }
    }

    /** The answer to CANCEL of a job that the journal does not have: it never started here, and no GO of this session will start it. */
    record NeverStarted(JobId job) implements Report {}

    /** It runs. Sent by itself only when the command lives longer than 50 ms. */
    record Started(JobId job) implements Report {}

    /** It is over, and journaled. Comes after all its output. */
    record Done(Return result) implements Report {}

    /**
     * How the agent is, once per keep-alive interval; the first one right after HELLO was reconciled. The bus judges.
     *
     * @param clock the wall clock of the host, milliseconds since 1970
     * @param diskFree bytes that the agent may still use in its data directory
     * @param diskNeeded below it the agent refuses commands
     * @param slots how many commands may run at a time, {@code freeSlots} of them are free
     * @param loadPercent the load average of the last minute, times 100
     */
    record Health(long clock, long diskFree, long diskNeeded, int slots, int freeSlots, int loadPercent)
            implements Report {
        public Health {
            if (clock < 0 || diskFree < 0 || diskNeeded < 0 || freeSlots < 0 || freeSlots > slots || loadPercent < 0) {
                throw new IllegalArgumentException("health: clock " + clock + ", disk " + diskFree + " and "
                        + diskNeeded + " bytes, " + freeSlots + " of " + slots + " slots, load " + loadPercent
                        + ": use 0 or more");
            }
        }
    }

    /** The journal has grown since HELLO, or since this was said last; beside HEALTH, not with every record. See {@link Hello#journaled}. */
    record Journaled(long records) implements Report {
        public Journaled {
            if (records < 0) {
                throw new IllegalArgumentException("journaled: records is " + records + "; use 0 or more");
            }
        }
    }

    /** The answer to PING. */
    record Pong(long nonce) implements Report {}
}
