package io.qcmd.bus.fleet;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.MinionId;
import java.util.List;

/**
 * Whom a target expression names.
 *
 * @param minions sorted, each once; empty: nobody
 * @param discarded names asked for one by one that nobody has, each once, in the order of the expression
 */
public record Resolution(List<MinionId> minions, List<Discarded.Name> discarded) {
    public Resolution {
        minions = List.copyOf(minions);
        discarded = List.copyOf(discarded);
    }
}
