package io.qcmd.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request to run a command.
 *
 * @param requestId chosen by the client, 1-64 printable ASCII characters; the same one gives the same job, so that a retry after a lost answer runs nothing
 *     twice
 * @param expireMillis how long it may wait for a minion; null: half of the timeout; capped by {@code max_message_expired_time}, a larger one is refused
 * @param callback the endpoint of bus.yaml that is told of ends, 1-64 of [a-z0-9_-]; null: the default one, if there is one
 * @param remark why; kept with the job
 */
public record Submit(
        String requestId,
        Selection selection,
        Command command,
        @Nullable Long expireMillis,
        @Nullable String callback,
        Remark remark) {
    private static final Pattern REQUEST_ID = Pattern.compile("[!-~]{1,64}");
    private static final Pattern ENDPOINT = Pattern.compile("[a-z0-9_-]{1,64}");

    public Submit {
        checkRequestId(requestId);
        if (expireMillis != null && expireMillis < 1) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "expire " + expireMillis + " ms: use 1 ms or more");
        }
        if (callback != null && !ENDPOINT.matcher(callback).matches()) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST, "callback " + Quoted.of(callback) + ": use 1-64 of a-z, 0-9, '_' and '-'");
        }
    }

    static void checkRequestId(String requestId) {
        if (!REQUEST_ID.matcher(requestId).matches()) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "requestId " + Quoted.of(requestId) + ": use 1-64 printable ASCII characters without spaces");
        }
    }

    /** A request that leaves it to the bus whom to call back, and says no more. */
    public Submit(String requestId, Selection selection, Command command, @Nullable Long expireMillis) {
        this(requestId, selection, command, expireMillis, null, Remark.NONE);
    }
}
