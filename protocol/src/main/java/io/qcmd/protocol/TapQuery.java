package io.qcmd.protocol;

/** Opens a tap: copies of the messages that are put into the Topic of a minion, from now on. At most 4 per Topic, above it BUSY; closing the stream ends it. */
public record TapQuery(MinionId minion) {}
