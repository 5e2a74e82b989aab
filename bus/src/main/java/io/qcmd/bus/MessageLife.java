package io.qcmd.bus;

import io.qcmd.protocol.config.ConfigFile;
import java.time.Duration;

/**
 * The life of a message.
 *
 * @param maxMessageExpiredTime the longest a message waits for its minion
 * @param channelCapacity messages that wait for one minion
 * @param ackTimeout how long a session may owe READY or REFUSED, an agent's READY its GO
 * @param killGrace what completesBy allows an agent between TERM and KILL
 * @param reportGrace what completesBy allows for the way of a result
 * @param sweepInterval between two looks at everything that expires
 */
public record MessageLife(
        Duration maxMessageExpiredTime,
        int channelCapacity,
        Duration ackTimeout,
        Duration killGrace,
        Duration reportGrace,
        Duration sweepInterval) {
    static MessageLife of(ConfigFile config) {
        return new MessageLife(
                config.duration("max_message_expired_time", "300s", "1s", "24h"),
                config.number("channel_capacity", 256, 1, 256),
                config.duration("ack_timeout", "10s", "100ms", "5m"),
                config.duration("kill_grace", "5s", "0s", "1m"),
                config.duration("report_grace", "30s", "1s", "1h"),
                config.duration("sweep_interval", "100ms", "10ms", "1s"));
    }
}
