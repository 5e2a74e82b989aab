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
        int liveJobs,
        long waiting,
        long running,
        long dropped,
        long expired) {}
