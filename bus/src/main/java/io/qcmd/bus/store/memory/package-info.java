/**
 * The store that forgets: for tests, simulation and benchmarks. Knows the ports of {@link io.qcmd.bus.store}, the protocol and reactor-core; may not know any
 * file, thread or clock.
 */
@NullMarked
package io.qcmd.bus.store.memory;

import org.jspecify.annotations.NullMarked;
