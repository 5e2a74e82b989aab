package io.qcmd.bus.topic;

import io.qcmd.protocol.MinionId;
import java.util.Arrays;

/**
 * One per enrolled minion, for as long as it is enrolled. Serialises publishers and hands each message to the minion's Channel, and then to the taps, in the same
 * turn; has no buffer of its own. Thread-safe.
 */
public final class Topic {
    private static final Tap[] NO_TAPS = {};

    private final MinionId minion;
    private final Turns turns = new Turns();
    private final Channel channel;
    /** Replaced, never changed: a turn sees all of them or none of a change. */
    private volatile Tap[] taps = NO_TAPS;

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

    /** Hands the message to the Channel, then a copy to each tap. */
    void put(Envelope envelope) {
        turns.run(() -> {
            channel.put(envelope);
            for (Tap tap : taps) {
                tap.put(envelope);
            }
        });
    }

    /** From now on the tap gets its copies; false: {@code most} are open. */
    synchronized boolean open(Tap tap, int most) {
        Tap[] open = taps;
        if (open.length >= most) {
            return false;
        }
        Tap[] more = Arrays.copyOf(open, open.length + 1);
        more[open.length] = tap;
        taps = more;
        return true;
    }

    synchronized void close(Tap tap) {
        Tap[] rest = Arrays.stream(taps).filter(other -> other != tap).toArray(Tap[]::new);
        taps = rest.length == 0 ? NO_TAPS : rest;
    }
}
