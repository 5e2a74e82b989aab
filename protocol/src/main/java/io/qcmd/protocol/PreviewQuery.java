package io.qcmd.protocol;

/** Asks whom a selection means right now; nothing is written, and nobody matched is an answer like any other. */
public record PreviewQuery(Selection selection) {}
