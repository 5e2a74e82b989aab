package io.qcmd.bus.store;

/**
 * How large a store is.
 *
 * @param used bytes of what is kept; what was freed is used again and does not count
 * @param oldestAcceptedAt bus time in milliseconds of the oldest job; 0: there is none
 */
public record StoreSize(long used, long oldestAcceptedAt) {}
