package io.qcmd.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Asks for the minions that are meant; the uncontrollable are never left out. Nothing matched: NO_MINIONS_MATCHED.
 *
 * @param state only those in this presence, which may be none; null: all
 */
public record MinionQuery(Selection selection, MinionInfo.@Nullable Presence state) {}
