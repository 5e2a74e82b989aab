package io.qcmd.protocol;

/**
 * How an error looks to a client: the data of an ERROR frame, as JSON.
 *
 * @param code stable; an unknown one reads as {@link ErrorCode#INTERNAL}
 * @param message what, the value, the rule; at most 1,024 characters
 * @param hint the remedy; at most 1,024 characters
 */
public record WireError(ErrorCode code, String message, String hint) {
    public WireError {
        message = Unicode.cut(message, Limits.REASON);
        hint = Unicode.cut(hint, Limits.REASON);
    }

    public static WireError of(QcmdException error) {
        return new WireError(error.code(), String.valueOf(error.getMessage()), error.hint());
    }

    public QcmdException toException() {
        return new QcmdException(code, message, hint);
    }
}
