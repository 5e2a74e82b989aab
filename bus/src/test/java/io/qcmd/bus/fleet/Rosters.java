package io.qcmd.bus.fleet;

import io.qcmd.protocol.MinionId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Fleets to resolve against. */
final class Rosters {
    private Rosters() {}

    /** A minion that told these labels and facts. */
    record Told(MinionId id, Traits traits) implements Roster.Entry {
        static Told of(String id, Map<String, String> labels, Map<String, String> facts) {
            return new Told(new MinionId(id), new Traits(labels, facts));
        }
    }

    /** Minions that never were connected. */
    static Roster named(Stream<String> ids) {
        return of(ids.distinct()
                .map(id -> new Told(new MinionId(id), Traits.NONE))
                .toList());
    }

    static Roster named(String... ids) {
        return named(Stream.of(ids));
    }

    static Roster of(Collection<Told> minions) {
        return new Roster(
                minions.stream().sorted(Comparator.comparing(Told::id)).toList());
    }

    static List<String> ids(Roster roster) {
        return IntStream.range(0, roster.size()).mapToObj(roster::id).toList();
    }
}
