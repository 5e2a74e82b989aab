package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;

/** How one target ended: one record per final state, so that nobody forgets "no answer". {@code took} is measured by the agent from exec to the end. */
public sealed interface TargetResult {
    String minion();

    /** The final state that this record stands for. */
    TargetState state();

    /** Whether the command was started there; NO is proved, never guessed. */
    default Executed executed() {
        return state().executed();
    }

    /** What was written; {@link TargetOutput#NONE} when nothing ran. */
    default TargetOutput output() {
        return TargetOutput.NONE;
    }

    /** Why, where the state does not say all; else empty. */
    default String reason() {
        return "";
    }

    /** Exit 0. */
    record Succeeded(String minion, Duration took, TargetOutput output) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.SUCCEEDED;
        }
    }

    /** Exit 1 to 255; 128 + n for an end by signal n. */
    record Failed(String minion, int exitCode, Duration took, TargetOutput output) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.FAILED;
        }
    }

    /** Killed by the agent when its time was over. */
    record TimedOut(String minion, Duration took, TargetOutput output, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.TIMED_OUT;
        }
    }

    /** Cancelled while it ran. */
    record Terminated(String minion, Duration took, TargetOutput output, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.TERMINATED;
        }
    }

    /** The agent or its host died after it may have started. */
    record Interrupted(String minion, TargetOutput output, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.INTERRUPTED;
        }
    }

    /** Waited too long for its minion; not started. */
    record Expired(String minion, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.EXPIRED;
        }
    }

    /** Pushed out of a full Channel by a newer message; not started. */
    record Dropped(String minion, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.DROPPED;
        }
    }

    /** The agent refused it or could not exec it. */
    record Rejected(String minion, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.REJECTED;
        }
    }

    /** Cancelled before it started. */
    record Cancelled(String minion, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.CANCELLED;
        }
    }

    /** The rollout stopped before it. */
    record Skipped(String minion, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.SKIPPED;
        }
    }

    /** Nobody told an end in time. */
    record Lost(String minion, TargetOutput output, String reason) implements TargetResult {
        @Override
        public TargetState state() {
            return TargetState.LOST;
        }
    }

    /** What the bus has on disk, as one of these records. */
    static TargetResult of(Fate fate) {
        String minion = fate.minion().value();
        TargetOutput output = TargetOutput.of(fate);
        Return result = fate.result();
        Duration took = result == null ? Duration.ZERO : Duration.ofMillis(result.durationMillis());
        String reason = reasonOf(fate);
        return switch (fate.state()) {
            case SUCCEEDED -> new Succeeded(minion, took, output);
            case FAILED -> new Failed(minion, exitCodeOf(fate), took, output);
            case TIMED_OUT -> new TimedOut(minion, took, output, reason);
            case TERMINATED -> new Terminated(minion, took, output, reason);
            case INTERRUPTED -> new Interrupted(minion, output, reason);
            case EXPIRED -> new Expired(minion, reason);
            case DROPPED -> new Dropped(minion, reason);
            case REJECTED -> new Rejected(minion, reason);
            case CANCELLED -> new Cancelled(minion, reason);
            case SKIPPED -> new Skipped(minion, reason);
            case LOST -> new Lost(minion, output, reason);
            case PENDING, QUEUED, OFFERED, ACCEPTED, RUNNING ->
                throw new IllegalArgumentException(fate.state() + " is no final state");
        };
    }

    private static String reasonOf(Fate fate) {
        String reason = fate.reason();
        if (reason == null && fate.result() != null) {
            reason = fate.result().reason();
        }
        return reason == null ? "" : reason;
    }

    private static int exitCodeOf(Fate fate) {
        Return result = fate.result();
        if (result == null || result.exitCode() == null) {
            throw new QcmdException(
                    ErrorCode.INTERNAL, "the bus told FAILED of minion " + fate.minion() + " without an exit code");
        }
        return result.exitCode();
    }
}
