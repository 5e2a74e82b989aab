package io.qcmd.protocol;

/**
 * Pings minions over the control lane; a ping is no job and has no fate. The uncontrollable are pinged too.
 *
 * @param timeoutMillis how long to wait for a PONG, 1 ms to 60 s
 */
public record PingQuery(Selection selection, long timeoutMillis) {
    public PingQuery {
        if (timeoutMillis < 1 || timeoutMillis > 60_000) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST, "ping timeout " + Millis.text(timeoutMillis) + ": use 1 ms to 60 s");
        }
    }
}
