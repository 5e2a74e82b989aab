/**
 * The heart: one Topic and one Channel per minion, and the one-element hand-off to its stream. Knows the protocol and reactor-core; may not know who keeps the
 * states ({@link io.qcmd.bus.topic.Fates}), what a session is made of ({@link io.qcmd.bus.topic.Link}), nor any store, socket or codec.
 */
@NullMarked
package io.qcmd.bus.topic;

import org.jspecify.annotations.NullMarked;
