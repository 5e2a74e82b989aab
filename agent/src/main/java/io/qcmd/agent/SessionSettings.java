package io.qcmd.agent;

import io.qcmd.protocol.Limits;
import java.time.Duration;

/**
 * The limits of the core.
 *
 * @param ackTimeout how long a READY waits for GO or VOID
 * @param outputDelay how long output of a running command is gathered before it is sent
 * @param healthInterval between two HEALTHs
 * @param unsettledEntries with more of them in the journal no work is asked for; at most 9,000, as a HELLO holds 10,000
 * @param unsettledBytes likewise for their output
 */
record SessionSettings(
        Duration ackTimeout, Duration outputDelay, Duration healthInterval, int unsettledEntries, long unsettledBytes) {
    static final SessionSettings DEFAULT = new SessionSettings(
            Duration.ofSeconds(10), Duration.ofMillis(25), Duration.ofSeconds(10), 1_000, 256L << 20);

    SessionSettings {
        if (ackTimeout.toMillis() < 1 || outputDelay.toMillis() < 1 || healthInterval.toMillis() < 1) {
            throw new IllegalArgumentException("ack timeout " + ackTimeout + ", output delay " + outputDelay
                    + ", health interval " + healthInterval + ": use at least 1 ms");
        }
        if (unsettledEntries < 1 || unsettledEntries > Limits.HELLO_ENTRIES - 1_000 || unsettledBytes < 1) {
            throw new IllegalArgumentException("unsettled entries " + unsettledEntries + " of " + unsettledBytes
                    + " bytes: use 1 to 9,000 and at least 1");
        }
    }
}
