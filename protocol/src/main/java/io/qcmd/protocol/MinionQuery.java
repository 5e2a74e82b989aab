package io.qcmd.protocol;

/** Asks for the minions that a target expression names. Nothing matched: NO_MINIONS_MATCHED. */
public record MinionQuery(Target target) {}
