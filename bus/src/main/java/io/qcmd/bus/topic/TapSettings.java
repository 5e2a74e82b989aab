package io.qcmd.bus.topic;

import io.qcmd.protocol.config.ConfigFile;

/**
 * What all taps share.
 *
 * @param tapCapacity copies that may wait for the reader of one tap
 * @param tapsPerTopic taps that may be open on one Topic
 */
public record TapSettings(int tapCapacity, int tapsPerTopic) {
    public static TapSettings of(ConfigFile config) {
        return new TapSettings(config.number("tap_capacity", 256, 1, 256), config.number("taps_per_topic", 4, 1, 4));
    }
}
