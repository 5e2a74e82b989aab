/** The bus of simulations: in the bus's own package, as what it takes from its surroundings is nobody else's business. */
@NullMarked
package io.qcmd.bus;

import org.jspecify.annotations.NullMarked;
