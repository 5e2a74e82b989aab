package io.qcmd.simulation;

import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One simulation from one seed: a storm, then calm, in which everything has to come to rest. */
public final class Simulation {
    /** Within this time after the storm every target has its fate, and every journal is empty. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    private final long seed;
    private final VirtualTime time = new VirtualTime();
    private final World world;

    /**
     * What came of it.
     *
     * @param broken the first promise that was broken; null: none was
     * @param fates how often targets ended in which way
     * @param faults how often what really broke
     * @param log all that happened
     */
    public record Outcome(
            long seed,
            int agents,
            @Nullable String broken,
            Map<TargetState, Integer> fates,
            Map<String, Integer> faults,
            String log) {
        @Override
        public String toString() {
            return "seed " + seed + " with " + agents + " agents: " + (broken == null ? "all promises kept" : broken)
                    + "\n  again:  ./qcmd simulate --seed " + seed + " --agents " + agents;
        }
    }

    private Simulation(long seed, int agents, Mutation mutation) {
        this.seed = seed;
        this.world = new World(time, new Chance(seed), agents, mutation);
    }

    /** How many agents a seed has if nobody says otherwise: 1 to 5. */
    public static int agents(long seed) {
        return (int) (1 + Math.floorMod(seed, 5L));
    }

    /** @param agents 1 to 50 */
    public static Outcome run(long seed, int agents, Mutation mutation) {
        Simulation simulation = new Simulation(seed, agents, mutation);
        String broken = simulation.run();
        World world = simulation.world;
        return new Outcome(
                seed,
                agents,
                broken,
                world.oracle().fates(),
                world.faults().times(),
                world.chronicle().toString());
    }

    private @Nullable String run() {
        Complaints.hear(world::complain);
        try {
            return follow();
        } catch (RuntimeException e) {
            String known = world.complaint();
            return known == null ? "seed " + seed + ": " + e : known;
        } finally {
            Complaints.ignore();
        }
    }

    private @Nullable String follow() {
        world.begin();
        Duration storm = world.storm().length();
        if (!passes(storm)) {
            return world.complaint();
        }
        world.calm();
        long until = time.nanos() + PATIENCE.toNanos();
        // At rest is what stays so: an answer may still be on its way, and a request as well.
        while (!world.isAtRest() || passes(LAST_WORDS) && !world.isAtRest()) {
            if (time.nanos() > until) {
                return "liveness: " + world.unrest();
            }
            if (!passes(LOOK)) {
                return world.complaint();
            }
        }
        if (world.complaint() == null) {
            world.oracle().atRest();
        }
        return world.complaint();
    }

    /** False: a promise was broken meanwhile. */
    private boolean passes(Duration length) {
        long end = time.nanos() + length.toNanos();
        while (time.nanos() < end) {
            long look = Math.min(end, time.nanos() + LOOK.toNanos());
            while (time.step(look)) {
                if (world.complaint() != null) {
                    return false;
                }
            }
            world.look();
        }
        return world.complaint() == null;
    }
}
