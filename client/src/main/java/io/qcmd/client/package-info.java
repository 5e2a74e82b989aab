/** The Flux API for programs. Nothing of Netty, RSocket or Jackson in a public signature; may not know bus or agent. */
@NullMarked
package io.qcmd.client;

import org.jspecify.annotations.NullMarked;
