/**
 * The doors: sessions of agents and clients over RSocket. Turn frames into calls of the rooms behind them and answers into frames; the only room that knows RSocket.
 * Decide nothing.
 */
@NullMarked
package io.qcmd.bus.gate;

import org.jspecify.annotations.NullMarked;
