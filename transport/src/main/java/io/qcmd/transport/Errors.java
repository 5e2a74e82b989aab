package io.qcmd.transport;

import io.netty.channel.ChannelException;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.WireCodec;
import io.qcmd.protocol.WireError;
import io.rsocket.RSocketErrorException;
import io.rsocket.exceptions.ApplicationErrorException;
import io.rsocket.exceptions.ConnectionErrorException;
import io.rsocket.exceptions.RejectedException;
import io.rsocket.exceptions.RejectedSetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.channel.AbortedException;

/** Errors on the wire: the text of an ERROR frame is the JSON of a {@link WireError}, and never the message of an exception that was not made for it. */
public final class Errors {
    private static final Logger log = LoggerFactory.getLogger(Errors.class);
    private static final WireCodec JSON = WireCodec.json(WireCodec.Size.SMALL);
    private static final RandomGenerator RANDOM = new SecureRandom();
    private static final String BUSY =
            text(QcmdException.busy("too many requests at once on this connection", Duration.ofMillis(100)));

    private Errors() {}

    /**
     * What the peer is told instead of {@code error}. A QcmdException is told as it is; anything else is logged under a correlation id, and only that id is told.
     */
    public static RSocketErrorException toWire(Throwable error) {
        return error instanceof RSocketErrorException done ? done : new ApplicationErrorException(text(error));
    }

    /**
     * What the caller sees instead of {@code error}: what the bus said, else UNREACHABLE for a connection that could not be made or has ended, TIMED_OUT for a
     * TimeoutException, else INTERNAL. A QcmdException stays.
     */
    public static QcmdException fromWire(Throwable error) {
        if (error instanceof QcmdException known) {
            return known;
        }
        if (error instanceof RSocketErrorException told && isJson(told.getMessage())) {
            return WireError.told(String.valueOf(told.getMessage()));
        }
        if (isLostConnection(error)) {
            return new QcmdException(ErrorCode.UNREACHABLE, "connection to the bus: " + summary(error));
        }
        if (error instanceof TimeoutException) {
            return new QcmdException(ErrorCode.TIMED_OUT, "the bus did not answer in time");
        }
        return new QcmdException(ErrorCode.INTERNAL, "unexpected error: " + summary(error));
    }

    static RSocketErrorException rejectedSetup(Throwable error) {
        return new RejectedSetupException(text(error));
    }

    static RSocketErrorException closed(Violation violation) {
        ErrorCode code = violation.code();
        long retryAfter = violation.retryAfter().toMillis();
        return closed(new QcmdException(code, "closed: " + violation.rule(), code.hint(), retryAfter));
    }

    static RSocketErrorException closed(QcmdException why) {
        return new ConnectionErrorException(text(why));
    }

    static RSocketErrorException busy() {
        return new RejectedException(BUSY);
    }

    private static String text(Throwable error) {
        QcmdException told = error instanceof QcmdException known ? known : internal(error);
        return new String(JSON.encode(WireError.of(told)), StandardCharsets.UTF_8);
    }

    private static QcmdException internal(Throwable error) {
        byte[] id = new byte[6];
        RANDOM.nextBytes(id);
        String correlation = HexFormat.of().formatHex(id);
        log.error("unexpected error, correlation id {}", correlation, error);
        return new QcmdException(ErrorCode.INTERNAL, "internal error, correlation id " + correlation);
    }

    private static boolean isJson(@Nullable String text) {
        return text != null && text.startsWith("{");
    }

    private static boolean isLostConnection(Throwable error) {
        return error instanceof IOException
                || error instanceof ChannelException
                || error instanceof AbortedException
                || error instanceof ConnectionErrorException
                || error instanceof CancellationException;
    }

    private static String summary(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
