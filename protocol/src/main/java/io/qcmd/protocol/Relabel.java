package io.qcmd.protocol;

/** Gives minions labels, or takes them off. Of those that it means either all are changed or none. */
public record Relabel(Target target, Labels.Change change) {}
