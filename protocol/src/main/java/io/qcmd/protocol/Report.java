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

    /** The answer to PING. */
    record Pong(long nonce) implements Report {}
}
