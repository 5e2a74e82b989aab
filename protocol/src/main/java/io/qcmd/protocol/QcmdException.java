package io.qcmd.protocol;

import java.time.Duration;

/** An error with a stable code. The message says what, the value, the rule; {@link #hint()} the remedy. Carries no stack trace to a peer. */
public class QcmdException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final String hint;
    private final long retryAfterMillis;

    public QcmdException(ErrorCode code, String message) {
        this(code, message, code.hint());
    }

    public QcmdException(ErrorCode code, String message, String hint) {
        this(code, message, hint, 0);
    }

    /** @param retryAfterMillis when it is worth a new try; 0: nobody knows */
    public QcmdException(ErrorCode code, String message, String hint, long retryAfterMillis) {
        super(message);
        this.code = code;
        this.hint = hint;
        this.retryAfterMillis = retryAfterMillis;
    }

    /** Too much at the moment: BUSY, nothing was written, and when to come again. */
    public static QcmdException busy(String message, Duration retryAfter) {
        return new QcmdException(ErrorCode.BUSY, message, ErrorCode.BUSY.hint(), retryAfter.toMillis());
    }

    public ErrorCode code() {
        return code;
    }

    public String hint() {
        return hint;
    }

    /** When it is worth a new try, in milliseconds; 0: nobody knows. */
    public long retryAfterMillis() {
        return retryAfterMillis;
    }

    public boolean retryable() {
        return code.retryable();
    }
}
