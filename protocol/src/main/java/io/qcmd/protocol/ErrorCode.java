package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** Stable error codes: names are API. Each says whether the same request may succeed later, and what to try. */
public enum ErrorCode {
    BAD_REQUEST(false, "qcmd help"),
    UNKNOWN_ROUTE(false, "use a client of the same version as the bus"),
    UPGRADE_REQUIRED(false, "use a client or agent of the same version as the bus"),
    FORBIDDEN(false, "run it as root or as the user of the bus"),
    DEMAND_INVALID(false, "page with limitRate(256)"),
    TARGET_INVALID(false, "qcmd help targets"),
    NO_MINIONS_MATCHED(false, "qcmd minions ls"),
    MINION_ID_INVALID(false, "use 1-128 of [a-z0-9._-], the first a letter or digit, no '..'"),
    MINION_NOT_FOUND(false, "qcmd minions ls"),
    JOB_ID_INVALID(false, "use the 26 characters of a job id, its last 6 or more, or @last"),
    JOB_NOT_FOUND(false, "qcmd jobs ls"),
    JOB_AMBIGUOUS(false, "type more of its last characters"),
    GROUP_INVALID(false, "qcmd group ls"),
    GROUP_NOT_FOUND(false, "qcmd group ls"),
    MINIONS_UNCONTROLLABLE(false, "qcmd minions ls --state uncontrollable"),
    COMMAND_INVALID(false, "qcmd help run"),
    CONFIG_INVALID(false, "see the comments in the shipped config files"),
    LIMIT_EXCEEDED(false, "make it smaller"),
    BUSY(true, "try again in a moment"),
    /** Said to an agent whose disk is an older copy of itself. */
    JOURNAL_OUTDATED(true, "nothing: the agent begins a new epoch of its journal and comes again"),
    STORE_FULL(true, "free some space on the disk of the bus"),
    STORE_BUSY(true, "another process holds the store; try again in a moment"),
    STORE_UNAVAILABLE(true, "look into the log of the bus"),
    UNREACHABLE(true, "systemctl status qcmd-bus, or qcmd demo to start one here"),
    TIMED_OUT(true, "qcmd status"),
    /** Also what a code reads as that is newer than this program. */
    @JsonEnumDefaultValue
    INTERNAL(true, "look for the correlation id in the log of the bus");

    private final boolean retryable;
    private final String hint;

    ErrorCode(boolean retryable, String hint) {
        this.retryable = retryable;
        this.hint = hint;
    }

    /** Whether the same request, sent again, may succeed. */
    public boolean retryable() {
        return retryable;
    }

    /** What a person can do about it, where the error itself says nothing better. */
    public String hint() {
        return hint;
    }
}
