/**
 * The command line: one class per verb, one table of exit codes, one class per way to show a job. Results go to stdout, everything else to stderr, and no byte of
 * a minion reaches a terminal unescaped. Knows the client's public API and picocli; may not know Netty, RSocket, bus or agent.
 */
@NullMarked
package io.qcmd.client.cli;

import org.jspecify.annotations.NullMarked;
