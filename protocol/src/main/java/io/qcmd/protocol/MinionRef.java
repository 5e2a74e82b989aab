package io.qcmd.protocol;

/** A minion by its name. */
public record MinionRef(MinionId minion) {}
