package io.qcmd.simulation;

import java.time.Duration;
import java.util.List;

/**
 * How bad it gets in one simulation, and which faults there are at all: each kind is left out of every other seed, so that the others get on without it now and then
 * (swarm testing: Groce and others, ISSTA 2012).
 *
 * @param length until it calms down
 * @param latency of the connections, at most
 * @param slowestCommit of the bus's disk
 * @param cutPerFrame the probability that a connection breaks at a frame; the others likewise, at a step of a disk
 * @param pace between two blows
 * @param blows what may happen besides
 */
record Storm(
        Duration length,
        Duration latency,
        Duration slowestCommit,
        double cutPerFrame,
        double busCrashPerStep,
        double agentCrashPerStep,
        double fsyncFailure,
        Duration pace,
        List<Blow> blows) {
    /** What happens out of the blue. */
    enum Blow {
        CUT,
        BUS_CRASH,
        AGENT_CRASH,
        POWER_CUT,
        JOURNAL_LOST,
        BUS_FROZEN,
        AGENT_FROZEN,
        BUS_CLOCK,
        AGENT_CLOCK,
        BUS_DISK_FULL,
        AGENT_DISK_FULL,
        UNREACHABLE
    }

    static Storm of(Chance chance) {
        return new Storm(
                Duration.ofMillis(chance.between(3_000, 30_000)),
                Duration.ofMillis(chance.oneOf(List.of(1, 5, 50, 300))),
                Duration.ofMillis(chance.oneOf(List.of(1, 10, 100))),
                chance.oneOf(List.of(0.0, 0.0, 0.005, 0.02, 0.1)),
                chance.oneOf(List.of(0.0, 0.0, 0.003, 0.01)),
                chance.oneOf(List.of(0.0, 0.0, 0.005, 0.02)),
                chance.oneOf(List.of(0.0, 0.0, 0.0, 0.002)),
                Duration.ofMillis(chance.oneOf(List.of(300, 1_000, 4_000))),
                List.of(Blow.values()).stream().filter(blow -> chance.is(0.5)).toList());
    }
}
