package io.qcmd.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How many targets of a job are in which state; states without a target are left out. */
public record Counts(@JsonValue Map<TargetState, Integer> byState) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Counts {
        Map<TargetState, Integer> copy = new EnumMap<>(TargetState.class);
        byState.forEach((state, count) -> {
            if (count < 0) {
                throw new IllegalArgumentException("count of " + state + " is " + count + "; use 0 or more");
            }
            if (count > 0) {
                copy.put(state, count);
            }
        });
        byState = Collections.unmodifiableMap(copy);
    }

    public int of(TargetState state) {
        return byState.getOrDefault(state, 0);
    }

    @JsonIgnore
    public int total() {
        return byState.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Targets that have no fate yet. */
    @JsonIgnore
    public int live() {
        return byState.entrySet().stream()
                .filter(entry -> !entry.getKey().isFinal())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
