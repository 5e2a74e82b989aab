package io.qcmd.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A minion as people see it. Times are bus time, milliseconds since 1970.
 *
 * @param uncontrollable why it is on that list; null: it is not
 * @param since when it came into this presence
 * @param lastSeen when a frame of it was read; 0: never
 * @param labels and {@code facts}: as the agent told them, untrusted
 * @param given labels of operators
 * @param health null: none came since the bus started
 * @param clones how often another agent of this name was turned away since the bus started, as this one was alive
 */
public record MinionInfo(
        MinionId id,
        Presence presence,
        @Nullable Uncontrollable uncontrollable,
        long since,
        long lastSeen,
        long enrolledAt,
        String version,
        Map<String, String> labels,
        Map<String, String> facts,
        Labels given,
        @Nullable HealthInfo health,
        long clones,
        ChannelInfo channel) {

    /** Whether it can be counted on. */
    public enum Presence {
        /** A session of it lives. */
        UP,
        /** No session, but not for long: what is sent to it waits in its Channel. */
        DOWN,
        /** On the list that is left out of runs, connected or not. */
        UNCONTROLLABLE
    }

    /**
     * Why a minion is on the uncontrollable list.
     *
     * @param since bus time, milliseconds since 1970
     * @param text for people: what was seen and what was expected, or the words of the operator
     */
    public record Uncontrollable(Reason reason, String text, long since) {
        /** An operator's word stands above all others and is ended by an operator alone. */
        public enum Reason {
            QUARANTINED,
            /** No session for longer than {@code uncontrollable_after}. */
            GONE,
            /** Three offers in a row without READY. */
            NOT_READY,
            DISK,
            CLOCK,
            VERSION
        }
    }

    /**
     * The latest HEALTH.
     *
     * @param at when it came; bus time, milliseconds since 1970
     * @param clockOffsetMillis clock of the host minus clock of the bus, network time included
     */
    public record HealthInfo(
            long at,
            long clockOffsetMillis,
            long diskFree,
            long diskNeeded,
            int slots,
            int freeSlots,
            int loadPercent) {}

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

    /** The labels that targets see: what an operator says stands above what the agent says under the same name. */
    public Map<String, String> effectiveLabels() {
        return given.above(labels);
    }
}
