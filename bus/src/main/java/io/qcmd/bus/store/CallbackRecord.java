package io.qcmd.bus.store;

import io.qcmd.protocol.Bytes;

/**
 * A callback that no endpoint has taken yet.
 *
 * @param seq the commit sequence of its first fate
 * @param id what the receiver knows it by
 * @param endpoint its name in bus.yaml
 * @param at bus time in milliseconds at which that fate came about
 * @param tries that failed
 * @param body JSON, the same bytes at every try
 */
public record CallbackRecord(long seq, String id, String endpoint, long at, int tries, Bytes body) {}
