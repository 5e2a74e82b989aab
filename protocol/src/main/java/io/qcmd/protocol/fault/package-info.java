/** Instants at which tests make a real process fail. Knows nothing of what happens there, and does nothing in a process that was not told to. */
@NullMarked
package io.qcmd.protocol.fault;

import org.jspecify.annotations.NullMarked;
