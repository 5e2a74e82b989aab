package io.qcmd.protocol;

import java.nio.charset.StandardCharsets;

/**
 * How an error looks to a client: the data of an ERROR frame, as JSON.
 *
 * @param code stable; an unknown one reads as {@link ErrorCode#INTERNAL}
 * @param message what, the value, the rule; at most 1,024 characters
 * @param hint the remedy; at most 1,024 characters
 * @param retryAfterMillis when it is worth a new try; 0: nobody knows
 */
public record WireError(ErrorCode code, String message, String hint, long retryAfterMillis) {
    public WireError {
        message = Unicode.cut(message, Limits.REASON);
        hint = Unicode.cut(hint, Limits.REASON);
    }

    public static WireError of(QcmdException error) {
        return new WireError(error.code(), String.valueOf(error.getMessage()), error.hint(), error.retryAfterMillis());
    }

    /** What the bus said in the text of an ERROR frame; INTERNAL when it is of another version, or no {@link WireError}. */
    public static QcmdException told(String text) {
        try {
            return Json.CODEC
                    .decode(text.getBytes(StandardCharsets.UTF_8), WireError.class)
                    .toException();
        } catch (QcmdException e) {
            return new QcmdException(ErrorCode.INTERNAL, "the bus answered with an error of another version");
        }
    }

    /** Made when the first error is read, and that is seldom. */
    private static final class Json {
        private static final WireCodec CODEC = WireCodec.json(WireCodec.Size.SMALL);
    }

    public QcmdException toException() {
        return new QcmdException(code, message, hint, Math.max(0, retryAfterMillis));
    }
}
