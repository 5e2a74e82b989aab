package io.qcmd.bench;

/**
 * Jobs of one minion each, from several clients at once.
 *
 * @param perSecond complete jobs, when each client has many under way
 * @param oneEachPerSecond the same when each client waits for one result before its next job
 * @param busMicros CPU of the bus for each job, of the first of the two
 * @param minionMicros CPU of the process that plays the minions, likewise; 0: they are in the process of the bus
 * @param clientMicros CPU of the process of all clients, likewise
 */
record JobRate(double perSecond, double oneEachPerSecond, double busMicros, double minionMicros, double clientMicros) {}
