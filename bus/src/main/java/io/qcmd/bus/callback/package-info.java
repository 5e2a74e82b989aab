/**
 * Tells the outside what became of targets: endpoints that bus.yaml names, the outbox that the ledger fills, one lane per endpoint that empties it at its own pace.
 * Knows the outbox and the {@link io.qcmd.bus.callback.Courier} as ports, and the time that it is given; may not know HTTP, nor who decided a fate. Nothing waits for
 * it.
 */
@NullMarked
package io.qcmd.bus.callback;

import org.jspecify.annotations.NullMarked;
