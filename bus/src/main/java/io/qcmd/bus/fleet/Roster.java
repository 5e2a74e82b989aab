package io.qcmd.bus.fleet;

import io.qcmd.protocol.MinionId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The minions of a fleet, numbered from 0 in order of id, as targets are resolved against them. Immutable. */
public final class Roster {
    static final Roster EMPTY = new Roster(List.of());

    private final Entry[] entries;
    /** Side by side, as looking for one of them touches many. */
    private final String[] ids;

    /** A minion, as far as a target can ask for it. */
    public interface Entry {
        MinionId id();

        /** Labels and facts, as of now. */
        Traits traits();
    }

    /** @param inOrder of id, each once */
    public Roster(Collection<? extends Entry> inOrder) {
        entries = inOrder.toArray(Entry[]::new);
        ids = new String[entries.length];
        Arrays.setAll(ids, i -> entries[i].id().value());
    }

    public int size() {
        return entries.length;
    }

    MinionId minion(int number) {
        return entries[number].id();
    }

    String id(int number) {
        return ids[number];
    }

    Traits traits(int number) {
        return entries[number].traits();
    }

    /** The number of a minion; -1: there is none of that name. */
    int find(String name) {
        int number = from(name);
        return isAt(number, name) ? number : -1;
    }

    /** Whether the minion of that number, if there is one, has this name. */
    boolean isAt(int number, String name) {
        return number < ids.length && ids[number].equals(name);
    }

    /** The first minion whose id is not before this text. */
    int from(String text) {
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ids[middle].compareTo(text) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
