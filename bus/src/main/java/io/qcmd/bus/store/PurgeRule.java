package io.qcmd.bus.store;

/**
 * What a store may forget. Times are bus time in milliseconds. What lives is never forgotten.
 *
 * @param endedBefore jobs that ended by then go
 * @param bytes while more than these are in use, the job that ended first goes
 * @param spareAfter whatever the bytes, no job that ended later than this: somebody may still read it, or repeat its request
 * @param auditBefore audit rows up to then go; their number of bytes concerns nobody
 */
public record PurgeRule(long endedBefore, long bytes, long spareAfter, long auditBefore) {}
