package io.qcmd.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A minion as people see it. Times are bus time, milliseconds since 1970.
 *
 * @param since when it came into this presence
 * @param lastSeen when a frame of it was read; 0: never
 * @param labels and {@code facts}: as the agent told them, untrusted
 */
public record MinionInfo(
        MinionId id,
        Presence presence,
        long since,
        long lastSeen,
        long enrolledAt,
        String version,
        Map<String, String> labels,
        Map<String, String> facts,
        ChannelInfo channel) {

    /** Whether a session of it lives. */
    public enum Presence {
        UP,
        DOWN
    }

    /**
     * The Channel of a minion.
     *
     * @param slot the job whose message was emitted and has no GO yet; null: none
     * @param dropped evictions since it was made ({@code dropcount})
     * @param expired messages whose time was over before GO
     */
    public record ChannelInfo(
            int queued, int capacity, @Nullable JobId slot, long dropped, long expired) {}

    public MinionInfo {
        labels = Map.copyOf(labels);
        facts = Map.copyOf(facts);
    }
}
