package io.qcmd.bench;

import java.util.List;

/**
 * How long something took that was done many times; milliseconds. A percentile is the nearest rank: what so many of a hundred did not exceed.
 *
 * @param count how often it was done
 */
record Spread(int count, double median, double p95, double p99, double least) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** @param nanos in any order; at least one */
    static Spread of(List<Long> nanos) {
        if (nanos.isEmpty()) {
            throw new IllegalArgumentException("spread: nothing was measured");
        }
        List<Long> sorted = nanos.stream().sorted().toList();
        return new Spread(
                sorted.size(),
                percentile(sorted, 50),
                percentile(sorted, 95),
                percentile(sorted, 99),
                percentile(sorted, 0));
    }

    private static double percentile(List<Long> sorted, int percent) {
        int rank = Math.max(1, (int) Math.ceil(sorted.size() * percent / 100.0));
        return sorted.get(rank - 1) / NANOS_PER_MILLI;
    }
}
