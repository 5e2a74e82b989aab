package io.qcmd.protocol;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Names that a target expression asked for and that are not part of the job.
 *
 * @param counts per reason
 * @param names the first 256
 * @param asked how many of all were asked for by exact id, list or range, and left out for a reason that the request did not give itself
 */
public record Discarded(Map<Reason, Integer> counts, List<Name> names, int asked) {
    public static final Discarded NONE = new Discarded(Map.of(), List.of(), 0);
    public static final int NAMES = 256;

    /** Why a name is left out. */
    public enum Reason {
        /** No such minion is enrolled. */
        UNKNOWN,
        /** The caller has no right to it. */
        NOT_ALLOWED,
        /** It is on the uncontrollable list. */
        UNCONTROLLABLE,
        /** The request itself left it out: its exclude, its sample or its limit. */
        EXCLUDED,
        NOT_SAMPLED,
        OVER_LIMIT;

        /** Whether the request itself gave it. */
        public boolean isOwnWish() {
            return ordinal() >= EXCLUDED.ordinal();
        }
    }

    /**
     * A name with its reason.
     *
     * @param name as it was typed, so it may be no valid id
     * @param asked whether it was asked for by exact id, list or range
     */
    public record Name(String name, Reason reason, boolean asked) {}

    public Discarded {
        counts = Map.copyOf(counts);
        names = List.copyOf(names);
    }

    /** Counts all, keeps the first names. */
    public static Discarded of(List<Name> all) {
        Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
        all.forEach(name -> counts.merge(name.reason(), 1, Integer::sum));
        return new Discarded(counts, all.subList(0, Math.min(all.size(), NAMES)), (int) all.stream()
                .filter(name -> name.asked() && !name.reason().isOwnWish())
                .count());
    }
}
