package io.qcmd.bus.topic;

/**
 * What all taps share.
 *
 * @param capacity {@code tap_capacity}: copies that may wait for the reader of one tap
 * @param perTopic {@code taps_per_topic}: taps that may be open on one Topic
 */
public record TapSettings(int capacity, int perTopic) {
    public TapSettings {
        if (capacity < 1 || perTopic < 1) {
            throw new IllegalArgumentException(
                    "tap_capacity " + capacity + ", taps_per_topic " + perTopic + ": use 1 or more");
        }
    }
}
