package io.qcmd.client.cli;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.TargetState;
import java.util.Set;

/** The one table of exit codes: API for scripts. */
enum ExitCode {
    OK(0, "every target SUCCEEDED"),
    FAILED(1, "at least one target FAILED"),
    USAGE(2, "wrong usage, bad configuration, unknown function"),
    NO_MATCH(3, "no minions matched the target; no job was created"),
    NO_STATUS(
            4,
            "at least one target has no exit status (TIMED_OUT, INTERRUPTED, EXPIRED, DROPPED, REJECTED, SKIPPED, LOST),"
                    + " or a minion asked for by name was left out"),
    NOT_ALLOWED(5, "not logged in, not allowed"),
    NO_BUS(6, "the bus is not reachable, too old, too new, busy, or its store is full or away"),
    CANCELLED(7, "the job was cancelled"),
    DETACHED(130, "detached with Ctrl-C; the job goes on"),
    CLOSED_OUTPUT(141, "the reader of stdout went away; the job goes on");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    /** What an error of the bus or the client means for a script. */
    static ExitCode of(ErrorCode error) {
        return switch (error) {
            case NO_MINIONS_MATCHED -> NO_MATCH;
            case MINIONS_UNCONTROLLABLE -> NO_STATUS;
            case FORBIDDEN -> NOT_ALLOWED;
            case UNREACHABLE,
                    UPGRADE_REQUIRED,
                    BUSY,
                    JOURNAL_OUTDATED,
                    STORE_FULL,
                    STORE_BUSY,
                    STORE_UNAVAILABLE,
                    TIMED_OUT,
                    INTERNAL,
                    UNKNOWN_ROUTE,
                    DEMAND_INVALID -> NO_BUS;
            case BAD_REQUEST,
                    TARGET_INVALID,
                    MINION_ID_INVALID,
                    MINION_NOT_FOUND,
                    JOB_ID_INVALID,
                    JOB_NOT_FOUND,
                    JOB_AMBIGUOUS,
                    GROUP_INVALID,
                    GROUP_NOT_FOUND,
                    COMMAND_INVALID,
                    CONFIG_INVALID,
                    LIMIT_EXCEEDED -> USAGE;
        };
    }

    /**
     * How a job ended, 7 before 4 before 1. A target that was cancelled while the job was not has no exit status either.
     *
     * @param states those in which at least one target ended
     * @param cancelled whether the job was cancelled
     * @param missing whether a minion asked for by name was left out
     */
    static ExitCode of(Set<TargetState> states, boolean cancelled, boolean missing) {
        if (cancelled) {
            return CANCELLED;
        }
        boolean allHaveStatus = states.stream().allMatch(ExitCode::hasStatus);
        if (missing || !allHaveStatus) {
            return NO_STATUS;
        }
        return states.contains(TargetState.FAILED) ? FAILED : OK;
    }

    private static boolean hasStatus(TargetState state) {
        return state == TargetState.SUCCEEDED || state == TargetState.FAILED;
    }
}
