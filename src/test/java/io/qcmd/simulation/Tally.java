package io.qcmd.simulation;

import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** What many seeds brought. */
final class Tally {
    /** More of them say nothing new. */
    private static final int BROKEN = 20;

    private final Map<TargetState, Integer> fates = new EnumMap<>(TargetState.class);
    private final Map<String, Integer> faults = new TreeMap<>();
    private final List<Simulation.Outcome> broken = new ArrayList<>();
    private long seeds;

    /** Runs them on all cores. */
    static Tally of(LongStream seeds, SeedRun run) {
        Tally tally = new Tally();
        seeds.parallel().mapToObj(run::of).forEach(tally::add);
        return tally;
    }

    /** One simulation of one seed. */
    @FunctionalInterface
    interface SeedRun {
        Simulation.Outcome of(long seed);
    }

    private synchronized void add(Simulation.Outcome outcome) {
        seeds++;
        outcome.fates().forEach((state, times) -> fates.merge(state, times, Integer::sum));
        outcome.faults().forEach((fault, times) -> faults.merge(fault, times, Integer::sum));
        if (outcome.broken() != null && broken.size() < BROKEN) {
            broken.add(outcome);
        }
    }

    /** The first of those that broke a promise. */
    synchronized List<Simulation.Outcome> broken() {
        return List.copyOf(broken);
    }

    /** How often targets ended in which way. */
    synchronized Map<TargetState, Integer> fates() {
        return new EnumMap<>(fates);
    }

    /** How often what really broke. */
    synchronized Map<String, Integer> faults() {
        return new TreeMap<>(faults);
    }

    @Override
    public synchronized String toString() {
        return seeds + " seeds, " + (broken.size() < BROKEN ? "" : "at least ") + broken.size()
                + " broke a promise; fates " + fates + "; faults " + faults;
    }
}
