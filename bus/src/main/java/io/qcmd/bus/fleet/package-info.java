/**
 * Who is enrolled, who is present, and what a target expression names. Knows the protocol, the heart and the port of the registry; may not know adapters or
 * sockets.
 */
@NullMarked
package io.qcmd.bus.fleet;

import org.jspecify.annotations.NullMarked;
