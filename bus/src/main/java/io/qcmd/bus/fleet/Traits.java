package io.qcmd.bus.fleet;

import io.qcmd.bus.store.SessionRecord;
import io.qcmd.protocol.Labels;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a target can ask of a minion beside its id, as of one moment. Immutable. */
public record Traits(Map<String, String> labels, Map<String, String> facts) {
    /** Of a minion that never was connected, and that nobody gave a label. */
    public static final Traits NONE = new Traits(Map.of(), Map.of());

    public Traits {
        labels = Map.copyOf(labels);
        facts = Map.copyOf(facts);
    }

    /**
     * @param told by the agent; null: it was never connected
     * @param given by operators: these stand above what the agent told
     */
    static Traits of(@Nullable SessionRecord told, Labels given) {
        if (told == null) {
            return given.isEmpty() ? NONE : new Traits(given.pairs(), Map.of());
        }
        return new Traits(given.above(told.labels()), told.facts());
    }

    /** What it has for a name; null: nothing. Labels stand above facts: a person chose them. */
    @Nullable
    String value(String name, boolean isFact) {
        String label = isFact ? null : labels.get(name);
        return label == null ? facts.get(name) : label;
    }
}
