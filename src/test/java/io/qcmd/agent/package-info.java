/** Agents for benches and simulations: in the agent's own package, as its core is nobody else's business. */
@NullMarked
package io.qcmd.agent;

import org.jspecify.annotations.NullMarked;
