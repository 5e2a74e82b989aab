package io.qcmd.protocol;

/**
 * The bus at a glance. Times are bus time, milliseconds since 1970.
 *
 * @param deployment names the bus and its store
 * @param store which ledger, for people
 * @param waiting targets without GO
 * @param running targets with GO and no fate
 * @param dropped evictions of all Channels since the bus started
 * @param expired expiries of all Channels since the bus started
 */
public record BusStatus(
        String version,
        String deployment,
        long startedAt,
        long now,
        String store,
        int minionsKnown,
        int minionsUp,
        int minionsUncontrollable,
        int liveJobs,
        long waiting,
        long running,
        long dropped,
        long expired,
        Pressure pressure) {
    /**
     * How close the bus is to its limits, and what it refused since it started.
     *
     * @param eventLoopLagMicros the longest that a ready task waited for an event loop within the last seconds
     * @param storeQueue writes that wait for the store, of at most {@code storeQueueLimit}
     * @param outputPool bytes of output under way, of at most {@code outputPoolLimit}
     * @param refused requests and connections that were told BUSY
     * @param violations connections that were closed for breaking a rule
     */
    public record Pressure(
            long eventLoopLagMicros,
            int storeQueue,
            int storeQueueLimit,
            long outputPool,
            long outputPoolLimit,
            long refused,
            long violations) {}
}
