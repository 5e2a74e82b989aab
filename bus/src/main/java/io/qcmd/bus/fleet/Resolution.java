package io.qcmd.bus.fleet;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.PreviewPage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whom a target expression or a selection means.
 *
 * @param minions sorted, each once; empty: nobody
 * @param discarded who was left out: names that nobody has, in the order of the expression, then what a selection took away, step by step, each sorted
 */
public record Resolution(List<MinionId> minions, List<Discarded.Name> discarded) {
    public Resolution {
        minions = List.copyOf(minions);
        discarded = List.copyOf(discarded);
    }

    /** Of at most so many rows, minions first; one at least. */
    Stream<PreviewPage> pages(int rows) {
        Map<Discarded.Reason, Integer> counts = Discarded.of(discarded).counts();
        int all = minions.size() + discarded.size();
        return IntStream.range(0, Math.max(1, (all + rows - 1) / rows))
                .map(page -> page * rows)
                .mapToObj(from -> new PreviewPage(
                        minions.size(),
                        counts,
                        part(minions, from, from + rows),
                        part(discarded, from - minions.size(), from - minions.size() + rows)));
    }

    private static <T> List<T> part(List<T> all, int from, int to) {
        return all.subList(Math.min(Math.max(0, from), all.size()), Math.min(Math.max(0, to), all.size()));
    }
}
