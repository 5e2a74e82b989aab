/**
 * The headless agent of one minion: its connection to the bus, its journal, and the commands it runs. Knows the protocol and the transport; may not know bus or
 * client.
 */
@NullMarked
package io.qcmd.agent;

import org.jspecify.annotations.NullMarked;
