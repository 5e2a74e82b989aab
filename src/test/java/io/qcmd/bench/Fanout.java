package io.qcmd.bench;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@link FanoutBench} found out.
 *
 * @param bare null with minions in memory: there is nothing to compare with
 * @param ratio of the medians, the hallway's by the bare cable's; null without the latter
 * @param jobs of one minion each, from several clients
 * @param oneMinion one job after the other, to one simulated minion
 * @param realAgent the same with an agent's real process, which spawns one; null with minions in memory
 * @param idleTopicBytes heap of an idle Topic with its Channel and its stream
 */
record Fanout(
        Host host,
        int minions,
        boolean inMemory,
        Side hallway,
        @Nullable Side bare,
        @Nullable Double ratio,
        JobRate jobs,
        Spread oneMinion,
        @Nullable Spread realAgent,
        long idleTopicBytes) {

    private static final double KIB = 1_024;
    private static final String NOTHING = "";

    List<Goal> goals() {
        return Stream.of(
                        ratio == null ? null : Goal.atMost("round, times bare RSocket", 3.0, ratio),
                        inMemory ? null : Goal.atMost("heap per idle minion, KiB", 16, hallway.heapPerMinion() / KIB),
                        Goal.atMost("idle topic and channel, KiB", 1.5, idleTopicBytes / KIB),
                        Goal.atMost("one job to one minion, p50 ms", 3, oneMinion.median()),
                        Goal.atLeast("jobs/s to one minion each", 5_000, jobs.perSecond()))
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public String toString() {
        return String.join(
                "\n",
                String.format(
                        "fanout: %,d minions %s; %s",
                        minions, inMemory ? "in the process of the bus, no sockets" : "over TCP on loopback", host),
                "",
                figures().toString(),
                "",
                Goal.table(goals()).toString());
    }

    private Table figures() {
        Table table = new Table("", "hallway", "bare RSocket");
        both(table, "connect storm, s", Side::connectSeconds);
        both(table, "connections/s", side -> minions / side.connectSeconds());
        if (!inMemory) {
            both(table, "heap per idle minion, KiB", side -> side.heapPerMinion() / KIB);
            both(table, "RSS per idle minion, KiB", side -> side.residentPerMinion() / KIB);
        }
        both(table, "round, median ms", side -> side.round().median());
        both(table, "round, p95 ms", side -> side.round().p95());
        both(table, "round, least ms", side -> side.round().least());
        both(table, "returns/s", side -> minions / (side.round().median() / 1e3));
        both(table, "server's CPU, us per minion and round", Side::serverMicros);
        if (!inMemory) {
            both(table, "minions' CPU, us per minion and round", Side::minionMicros);
        }
        both(table, "server's GC, ms per round", Side::gcMillisPerRound);
        table.row("jobs/s, 8 clients, one minion each, 32 jobs each under way", jobs.perSecond(), NOTHING);
        table.row("jobs/s, the same with 1 job each under way", jobs.oneEachPerSecond(), NOTHING);
        table.row("bus's CPU, us per job", jobs.busMicros(), NOTHING);
        if (!inMemory) {
            table.row("minions' CPU, us per job", jobs.minionMicros(), NOTHING);
        }
        table.row("clients' CPU, us per job", jobs.clientMicros(), NOTHING);
        table.row("one job to one minion, p50 ms", oneMinion.median(), NOTHING);
        table.row("one job to one minion, p99 ms", oneMinion.p99(), NOTHING);
        if (realAgent != null) {
            table.row("the same, real agent and process, p50 ms", realAgent.median(), NOTHING);
            table.row("the same, real agent and process, p99 ms", realAgent.p99(), NOTHING);
        }
        return table.row("idle topic and channel, bytes", idleTopicBytes, NOTHING);
    }

    private void both(Table table, String what, ToDoubleFunction<Side> figure) {
        table.row(what, figure.applyAsDouble(hallway), bare == null ? NOTHING : figure.applyAsDouble(bare));
    }
}
