package io.qcmd.transport;

import io.qcmd.protocol.ErrorCode;
import java.time.Duration;

/** Why a guard closed a connection; the names are the {@code reason} of the metric. */
public enum Violation {
    FRAME_LENGTH("a frame that is too short or too long"),
    /** No rule is broken: packets are lost, or the peer has too much to do. It may come again as after any lost connection. */
    SETUP_LATE(ErrorCode.TIMED_OUT, "no SETUP in time"),
    /** Likewise. */
    HELLO_LATE(ErrorCode.TIMED_OUT, "not all of HELLO in time"),
    SETUP_MISSING("another frame before SETUP"),
    SETUP_MALFORMED("a SETUP that does not parse, or of another version of RSocket"),
    SETUP_AGAIN("a second SETUP"),
    SETUP_FEATURE("resume or lease; neither is offered here"),
    SETUP_MIME("MIME types other than composite metadata with CBOR (agents) or CBOR or JSON (clients)"),
    SETUP_KEEP_ALIVE("a keep-alive interval outside 10-60 s, or a lifetime outside 2-3 intervals or over 180 s"),
    FRAME_TYPE("a type of frame that has no place here"),
    FRAME_MALFORMED("a frame that does not parse"),
    FRAGMENT("a fragment; no message is larger than a frame"),
    STREAM_ID("a stream id that is even, negative, used before or far behind"),
    STREAM_COUNT("too many open streams"),
    REQUEST_RATE("too many requests per second"),
    DEMAND(ErrorCode.DEMAND_INVALID, "request(n) out of range"),
    CREDIT("more messages than were asked for"),
    KEEP_ALIVE_RATE("more than two KEEPALIVE a second"),
    STREAM_UNKNOWN("a frame for a stream that was never opened"),
    STREAM_CLOSED("too many frames for streams that are closed"),
    OUTBOUND_FULL("too much waits to be read by the peer"),
    OUTBOUND_STALLED("the peer reads nothing"),
    SESSION_COUNT("too many connections", Duration.ofSeconds(5)),
    FILE_COUNT("too many connections for the open files that the bus may have", Duration.ofSeconds(5)),
    ADDRESS_COUNT("too many connections from one address, see sessions_per_address", Duration.ofSeconds(5)),
    HANDSHAKE_COUNT("too many connections have not yet become a session", Duration.ofSeconds(1)),
    CONNECTION_RATE("too many connections a second", Duration.ofSeconds(1)),
    OVERLOADED("the bus has more to do than it can", Duration.ofSeconds(2));

    private final ErrorCode code;
    private final String rule;
    private final Duration retryAfter;

    Violation(String rule) {
        this(ErrorCode.BAD_REQUEST, rule);
    }

    Violation(ErrorCode code, String rule) {
        this(code, rule, Duration.ZERO);
    }

    /** No fault of the peer: there is too much at the moment. */
    Violation(String rule, Duration retryAfter) {
        this(ErrorCode.BUSY, rule, retryAfter);
    }

    Violation(ErrorCode code, String rule, Duration retryAfter) {
        this.code = code;
        this.rule = rule;
        this.retryAfter = retryAfter;
    }

    /** Whether the peer broke no rule, and may come again. */
    boolean isBusy() {
        return code == ErrorCode.BUSY;
    }

    /** When it is worth a new try; zero: never, for what it did. */
    Duration retryAfter() {
        return retryAfter;
    }

    /** What the peer is told. */
    ErrorCode code() {
        return code;
    }

    /** For people. */
    public String rule() {
        return rule;
    }
}
