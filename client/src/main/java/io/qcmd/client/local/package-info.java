/**
 * The few frames of RSocket that questions to a bus on the same host need, over a Unix socket of the JDK: a command line that loads neither Netty nor rsocket-java
 * starts in a third of the time. Knows bytes and streams, and neither messages nor Reactor.
 */
@NullMarked
package io.qcmd.client.local;

import org.jspecify.annotations.NullMarked;
