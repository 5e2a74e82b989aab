package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;

/** What could have happened to jobs, and when. */
final class JobEvents {
    private static final Duration TOOK = Duration.ofMillis(12);

    private JobEvents() {}

    static JobEvent started(int targets) {
        return new JobEvent.Started(new Accepted(CliTest.JOB, targets, Discarded.NONE, 1, 2));
    }

    static JobEvent succeeded(String minion, String stdout) {
        return ended(new TargetResult.Succeeded(minion, TOOK, output(stdout, "")));
    }

    static JobEvent failed(String minion, int exit, String stdout, String stderr) {
        return ended(new TargetResult.Failed(minion, exit, TOOK, output(stdout, stderr)));
    }

    static JobEvent lost(String minion) {
        return ended(new TargetResult.Lost(minion, TargetOutput.NONE, "no answer by 20:15:42"));
    }

    static JobEvent ended(TargetResult result) {
        return new JobEvent.Ended(result, false);
    }

    static JobEvent progress(int running, int succeeded) {
        return new JobEvent.Progressed(
                new Counts(Map.of(TargetState.RUNNING, running, TargetState.SUCCEEDED, succeeded)));
    }

    static TargetOutput output(String stdout, String stderr) {
        Bytes out = Bytes.utf8(stdout);
        Bytes err = Bytes.utf8(stderr);
        return new TargetOutput(out, err, out.size(), err.size(), false, Bytes.EMPTY);
    }

    /** Stands still until it is told what time it is. */
    static final class SettableClock extends Clock {
        long millis;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
