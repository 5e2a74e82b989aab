package io.qcmd.bus.store;

/**
 * The callbacks of one endpoint.
 *
 * @param waiting to be tried when they are due
 * @param parked kept, and not tried
 */
public record CallbackCount(String endpoint, long waiting, long parked) {}
