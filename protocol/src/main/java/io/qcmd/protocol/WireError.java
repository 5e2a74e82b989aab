package io.qcmd.protocol;

/**
 * How an error looks to a client: the data of an ERROR frame, as JSON.
 *
 * @param code stable; an unknown one reads as {@link ErrorCode#INTERNAL}
 * @param message what, the value, the rule; at most 1,024 characters
 * @param hint the remedy; at most 1,024 characters
 */
public record WireError(ErrorCode code, String message, String hint) {
    private static final int LONGEST = 1_024;

    public WireError {
        message = cut(message);
        hint = cut(hint);
    }

    public static WireError of(QcmdException error) {
        return new WireError(error.code(), String.valueOf(error.getMessage()), error.hint());
    }

    public QcmdException toException() {
        return new QcmdException(code, message, hint);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
