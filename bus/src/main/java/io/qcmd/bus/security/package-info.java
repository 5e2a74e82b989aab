/** Who is at the door and what they may do. Knows the protocol; may not know stores, sockets or codecs. */
@NullMarked
package io.qcmd.bus.security;

import org.jspecify.annotations.NullMarked;
