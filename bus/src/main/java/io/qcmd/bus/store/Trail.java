package io.qcmd.bus.store;

import io.qcmd.protocol.Fate;

/** A fate with the way to it. */
public record Trail(Fate fate, Steps steps) {}
