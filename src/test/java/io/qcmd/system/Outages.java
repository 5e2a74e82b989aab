package io.qcmd.system;

import java.util.ArrayList;
import java.util.List;

/** When the bus of a soak could do nothing: what falls due meanwhile is due when it is back. Times are milliseconds since 1970. Thread-safe. */
final class Outages {
    private record Outage(long from, long to) {}

    private final List<Outage> all = new ArrayList<>();

    synchronized void add(long from, long to) {
        all.add(new Outage(from, to));
    }

    /** When what was promised for a time can be kept. */
    synchronized long due(long promised) {
        return all.stream()
                .filter(outage -> outage.from <= promised && promised < outage.to)
                .mapToLong(Outage::to)
                .max()
                .orElse(promised);
    }
}
