package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

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
        Pressure pressure,
        Callbacks callbacks) {
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

    /**
     * Callbacks that no endpoint has taken yet.
     *
     * @param waiting to be tried
     * @param parked given up for now: tried again when the bus starts
     * @param lastError of the latest try that failed since the bus started; null: none has
     */
    public record Callbacks(
            long waiting, long parked, @Nullable String lastError) {
        public static final Callbacks NONE = new Callbacks(0, 0, null);

        public Callbacks {
            lastError = lastError == null ? null : Unicode.cut(lastError, Limits.REASON);
        }
    }
}
