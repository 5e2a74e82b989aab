package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why no connection could be made, as people say it. */
final class Unreachable {
    private static final Pattern KNOWN = Pattern.compile(
            "(?i)connection refused|no such file or directory|permission denied|timed out|no answer within .* ms");

    private Unreachable() {}

    /**
     * A socket that only others may open is not away, it is not for this user: FORBIDDEN. Else UNREACHABLE.
     *
     * @param message of the system or of Netty
     */
    static QcmdException because(BusUrl bus, String message) {
        String reason = reason(message);
        ErrorCode code = reason.equals("permission denied") ? ErrorCode.FORBIDDEN : ErrorCode.UNREACHABLE;
        return new QcmdException(code, "cannot reach the bus at " + bus.url() + " (" + reason + ")");
    }

    private static String reason(String message) {
        Matcher known = KNOWN.matcher(message);
        String reason = known.find() ? known.group().toLowerCase(Locale.ROOT) : message;
        return reason.equals("no such file or directory") ? "no such socket" : reason;
    }
}
