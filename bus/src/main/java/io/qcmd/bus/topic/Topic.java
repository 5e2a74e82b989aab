package io.qcmd.bus.topic;

import io.qcmd.protocol.MinionId;

/**
 * One per enrolled minion, for as long as it is enrolled. Serialises publishers and hands each message to the minion's Channel in the same turn; has no buffer
 * of its own. Thread-safe.
 */
public final class Topic {
    private final MinionId minion;
    private final Turns turns = new Turns();
    private final Channel channel;

    Topic(MinionId minion, ChannelSettings settings, Fates fates) {
        this.minion = minion;
        this.channel = new Channel(minion, settings, fates, turns);
    }

    public MinionId minion() {
        return minion;
    }

    /** The minion's own Channel. */
    public Channel channel() {
        return channel;
    }

    /** Hands the message to the Channel. */
    void put(Envelope envelope) {
        turns.run(() -> channel.put(envelope));
    }
}
