package io.qcmd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A server and its minions, each a process of its own (or both in one), and what was measured of them so far. Not thread-safe. */
final class Stage {
    private final int minions;
    private final Child server;
    private final Child agents;
    private final List<Long> rounds = new ArrayList<>();
    private Footprint serverUsed = new Footprint(0, 0, 0, 0);
    private Footprint agentsUsed = serverUsed;
    private @Nullable Footprint idle;
    private double connectSeconds;

    /** @param agents the same as the server when minions live in its process */
    Stage(int minions, Child server, Child agents) {
        this.minions = minions;
        this.server = server;
        this.agents = agents;
    }

    int minions() {
        return minions;
    }

    /** Connects all minions; afterwards they are idle. */
    void connect() {
        Footprint empty = server.measureAfterCollection();
        String nanos =
                agents == server ? server.ask("connect", minions) : agents.ask("connect", minions, server.ask("port"));
        connectSeconds = Long.parseLong(nanos) / 1e9;
        idle = server.measureAfterCollection().since(empty);
    }

    /**
     * One round.
     *
     * @param trip tells how many nanoseconds it took
     * @param counts false: it only warms up
     */
    void round(LongSupplier trip, boolean counts) {
        Footprint serverBefore = server.measure();
        Footprint agentsBefore = agents.measure();
        long nanos = trip.getAsLong();
        if (counts) {
            rounds.add(nanos);
            serverUsed = serverUsed.plus(server.measure().since(serverBefore));
            agentsUsed = agentsUsed.plus(agents.measure().since(agentsBefore));
        }
    }

    /**
     * What so many jobs need.
     *
     * @param many does them all, many at once
     * @param few does them all, few at once
     */
    JobRate rate(int jobs, Runnable many, Runnable few) {
        Footprint serverBefore = server.measure();
        Footprint agentsBefore = agents.measure();
        Footprint clientsBefore = Footprint.now();
        double perSecond = perSecond(jobs, many);
        double clientMicros = Footprint.now().since(clientsBefore).cpuMicros();
        double agentMicros =
                agents == server ? 0 : agents.measure().since(agentsBefore).cpuMicros();
        double serverMicros = server.measure().since(serverBefore).cpuMicros();
        return new JobRate(
                perSecond, perSecond(jobs, few), serverMicros / jobs, agentMicros / jobs, clientMicros / jobs);
    }

    private static double perSecond(int jobs, Runnable load) {
        long start = System.nanoTime();
        load.run();
        return jobs / ((System.nanoTime() - start) / 1e9);
    }

    Side figures() {
        if (idle == null) {
            throw new IllegalStateException("no minion is connected");
        }
        double trips = (double) rounds.size() * minions;
        return new Side(
                connectSeconds,
                idle.heap() / minions,
                idle.resident() / minions,
                Spread.of(rounds),
                serverUsed.cpuMicros() / trips,
                agentsUsed.cpuMicros() / trips,
                (double) serverUsed.gcMillis() / rounds.size());
    }
}
