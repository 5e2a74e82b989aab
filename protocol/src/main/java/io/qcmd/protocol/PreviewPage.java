package io.qcmd.protocol;

import java.util.List;
import java.util.Map;

/**
 * A page of the answer to {@link PreviewQuery}: matched minions in order of id, then the discarded ones; at most 256 of both together. One page at least.
 *
 * @param matched how many minions are meant, the same on each page
 * @param counts discarded per reason, the same on each page
 */
public record PreviewPage(
        int matched, Map<Discarded.Reason, Integer> counts, List<MinionId> minions, List<Discarded.Name> discarded) {
    public PreviewPage {
        counts = Map.copyOf(counts);
        minions = List.copyOf(minions);
        discarded = List.copyOf(discarded);
    }
}
