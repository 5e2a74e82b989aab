package io.qcmd.bus.store;

import java.util.Map;

/**
 * What HELLO told of a session. {@code openedAt} is bus time in milliseconds; the rest as in {@link io.qcmd.protocol.Hello}.
 */
public record SessionRecord(
        long openedAt,
        String epoch,
        long journaled,
        String bootId,
        String instance,
        String version,
        Map<String, String> labels,
        Map<String, String> facts) {
    public SessionRecord {
        labels = Map.copyOf(labels);
        facts = Map.copyOf(facts);
    }

    /** With what is known of the journal by now. */
    public SessionRecord withJournaled(long records) {
        return new SessionRecord(openedAt, epoch, records, bootId, instance, version, labels, facts);
    }
}
