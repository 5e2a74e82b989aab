package io.qcmd.protocol;

/** An error with a stable code. The message says what, the value, the rule; {@link #hint()} the remedy. Carries no stack trace to a peer. */
public class QcmdException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final String hint;

    public QcmdException(ErrorCode code, String message) {
        this(code, message, code.hint());
    }

    public QcmdException(ErrorCode code, String message, String hint) {
        super(message);
        this.code = code;
        this.hint = hint;
    }

    public ErrorCode code() {
        return code;
    }

    public String hint() {
        return hint;
    }

    public boolean retryable() {
        return code.retryable();
    }
}
