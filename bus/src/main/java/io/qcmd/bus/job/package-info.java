/**
 * Jobs and the fates of their targets: what is accepted, who decides an end, how readers follow. Knows the protocol, the heart, the fleet and the ports of the
 * store; may not know adapters, sessions' sockets or codecs' libraries.
 */
@NullMarked
package io.qcmd.bus.job;

import org.jspecify.annotations.NullMarked;
