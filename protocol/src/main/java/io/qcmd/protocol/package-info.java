/**
 * The wire contract: the nouns of the domain, the states of a target, the messages and the one codec that makes bytes of them. Knows Jackson; may not know
 * Reactor, Netty, RSocket or any other module.
 */
@NullMarked
package io.qcmd.protocol;

import org.jspecify.annotations.NullMarked;
