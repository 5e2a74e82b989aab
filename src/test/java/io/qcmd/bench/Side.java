package io.qcmd.bench;

/**
 * What one of the two, the hallway or the bare cable, was measured to need.
 *
 * @param connectSeconds until every minion could be given work
 * @param heapPerMinion bytes of heap of the server for each idle minion
 * @param residentPerMinion bytes of its memory likewise
 * @param round of a round trip to all minions
 * @param serverMicros CPU of the server for each minion and round
 * @param minionMicros CPU of the process that plays all minions, likewise
 * @param gcMillisPerRound of the server
 */
record Side(
        double connectSeconds,
        long heapPerMinion,
        long residentPerMinion,
        Spread round,
        double serverMicros,
        double minionMicros,
        double gcMillisPerRound) {}
