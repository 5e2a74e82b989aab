/**
 * The whole system on virtual time, from one seed: the real bus behind closed doors, the real agents, and between them connections, disks, processes and clocks that
 * fail as the seed says. One thread, no real time, no chance but the seed: the same seed gives the same log, byte for byte. docs/simulation.md tells more.
 */
@NullMarked
package io.qcmd.simulation;

import org.jspecify.annotations.NullMarked;
