package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last words about a job: how many ended how, how fast, what the exit code means, and what one could do next. */
final class Summary {
    /** So many need no percentiles. */
    private static final int FEW = 5;

    private final Tally tally;
    private final Spread spread = new Spread();
    private @Nullable TargetResult worst;

    Summary(Tally tally) {
        this.tally = tally;
    }

    /** @param elapsed since the submit; zero when somebody submitted it long ago */
    void count(JobEvent event, Duration elapsed) {
        if (event instanceof JobEvent.Ended end) {
            if (!elapsed.isZero() && !end.late()) {
                spread.add(elapsed.toMillis());
            }
            if (worst == null && !(end.result() instanceof TargetResult.Succeeded)) {
                worst = end.result();
            }
        }
    }

    List<String> lines(JobOutcome outcome) {
        List<String> parts = new ArrayList<>(List.of(tally.summary(), Texts.duration(outcome.took())));
        if (tally.total() > FEW && !spread.isEmpty()) {
            parts.add(spread.toString());
        }
        if (outcome.exit() == ExitCode.CANCELLED && !hasUnknown()) {
            parts.add("0 left running");
        }
        if (outcome.exit() != ExitCode.OK) {
            parts.add("exit " + outcome.code() + meaning(outcome));
        }
        List<String> lines = new ArrayList<>(List.of(String.join(" · ", parts)));
        lines.addAll(hints(outcome));
        return lines;
    }

    private String meaning(JobOutcome outcome) {
        return switch (outcome.exit()) {
            case FAILED -> " (some failed)";
            case NO_STATUS -> tally.withoutStatus() == 0 ? " (some were left out)" : " (some have no exit status)";
            case CANCELLED -> " (cancelled)";
            default -> "";
        };
    }

    /** Nobody wants again what he cancelled. */
    private List<String> hints(JobOutcome outcome) {
        TargetResult one = worst;
        if (one == null || tally.bad() == 0 || outcome.exit() == ExitCode.CANCELLED) {
            return List.of();
        }
        String id = outcome.shortForm();
        String verb = one instanceof TargetResult.Failed ? "jobs output " : "explain ";
        String details = "details: qcmd " + verb + id + " " + one.minion();
        return which().isEmpty() ? List.of(details) : List.of(details, "the rest again: qcmd retry " + id + which());
    }

    /** Of those that retry knows. */
    private String which() {
        boolean failed = has(TargetState.FAILED) || has(TargetState.TIMED_OUT);
        boolean missing = has(TargetState.EXPIRED)
                || has(TargetState.DROPPED)
                || has(TargetState.REJECTED)
                || has(TargetState.CANCELLED)
                || has(TargetState.SKIPPED);
        return (failed ? " --failed" : "") + (missing ? " --missing" : "") + (hasUnknown() ? " --unknown" : "");
    }

    private boolean hasUnknown() {
        return has(TargetState.INTERRUPTED) || has(TargetState.LOST);
    }

    private boolean has(TargetState state) {
        return tally.ends().containsKey(state);
    }
}
