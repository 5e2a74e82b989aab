package io.qcmd.bus.topic;

import java.time.Clock;
import java.time.Duration;

/**
 * What all Channels share.
 *
 * @param capacity {@code channel_capacity}: messages that may wait, the slot not counted
 * @param ackTimeout {@code ack_timeout}: how long a session may owe READY or REFUSED
 * @param clock bus time
 */
public record ChannelSettings(int capacity, Duration ackTimeout, Clock clock) {
    public ChannelSettings {
        if (capacity < 1 || ackTimeout.isNegative() || ackTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "channel_capacity " + capacity + ", ack_timeout " + ackTimeout + ": use 1 or more, more than 0");
        }
    }

    long now() {
        return clock.millis();
    }
}
