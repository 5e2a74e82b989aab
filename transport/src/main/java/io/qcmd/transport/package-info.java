/**
 * The cable of both sides: RSocket connections behind the frame guard, route metadata, payloads and errors. Knows Netty, RSocket and the protocol; may not
 * know bus, agent or client, nor what a message means.
 */
@NullMarked
package io.qcmd.transport;

import org.jspecify.annotations.NullMarked;
