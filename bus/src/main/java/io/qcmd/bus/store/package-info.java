/**
 * The ports of what must survive: {@link io.qcmd.bus.store.Ledger}, {@link io.qcmd.bus.store.Registry} and {@link io.qcmd.bus.store.CallbackOutbox}. Know the protocol and reactor-core; adapters live in
 * rooms of their own, and every adapter passes the same contract test.
 */
@NullMarked
package io.qcmd.bus.store;

import org.jspecify.annotations.NullMarked;
