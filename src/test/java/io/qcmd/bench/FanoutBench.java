package io.qcmd.bench;

import io.qcmd.agent.SimulatedAgents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * One command to all minions. The bus and the bare server stand side by side, each with its minions in a process of their own, and take turns round by round: what
 * else the machine does meets both.
 */
@Command(
        name = "fanout",
        mixinStandardHelpOptions = true,
        description = {
            "A command to N simulated minions: from submit until every return is committed, and a client that watches one of them has heard the end and read the counts.",
            "Beside it bare RSocket, in turns: a frame down a stream and a frame up a channel, no logic, no store."
        })
final class FanoutBench implements Callable<Integer> {
    /** Of many clients together, so much more than of one. */
    private static final int LOAD = 10;

    @Option(
            names = "--minions",
            defaultValue = "1000",
            paramLabel = "N",
            description = "How many (${DEFAULT-VALUE}); by TCP up to 19,900.")
    private int minions;

    @Option(
            names = "--in-memory",
            description =
                    "Minions in the process of the bus, without sockets: up to 100,000. Nothing is said of sockets, heap per minion, or the ratio.")
    private boolean inMemory;

    @Mixin
    private HallwayOptions options = new HallwayOptions();

    @Override
    public Integer call() throws IOException {
        options.check(minions, inMemory);
        Fanout fanout = measured();
        options.print(fanout, Map.of("figures", fanout, "goals", fanout.goals()));
        return options.exit(fanout.goals().stream().allMatch(Goal::met));
    }

    private Fanout measured() throws IOException {
        try (Workplace place = options.workplace()) {
            Host host = Host.of(place.path());
            long idleTopic = idleTopic(place.room("topics"));
            return inMemory ? alone(place, host, idleTopic) : besideBare(place, host, idleTopic);
        }
    }

    private Fanout besideBare(Workplace place, Host host, long idleTopic) {
        Path room = place.room("hallway");
        try (Hallway hallway = new Hallway(room, minions, false)) {
            Side bare = takenInTurns(hallway, place.room("bare"));
            Side ours = hallway.stage().figures();
            options.phase("jobs of one minion each");
            JobRate jobs = OneMinion.rate(hallway, options.jobs * LOAD);
            options.phase("one job after the other");
            Spread latency = latency(hallway);
            Spread real = real(room, hallway);
            double ratio = ours.round().median() / bare.round().median();
            return new Fanout(host, minions, false, ours, bare, ratio, jobs, latency, real, idleTopic);
        }
    }

    /** The figures of the bare cable. */
    private Side takenInTurns(Hallway hallway, Path room) {
        try (BareCable bare = new BareCable(room, minions)) {
            options.phase("connecting");
            bare.stage().connect();
            hallway.connect();
            takeTurns(hallway, bare);
            return bare.stage().figures();
        }
    }

    private Fanout alone(Workplace place, Host host, long idleTopic) {
        HeapSize heap = HeapSize.of(minions);
        if (!heap.fits()) {
            options.phase("a heap of " + heap.wantedMib() + " MiB would be right, this machine has room for "
                    + heap.givenMib() + ": expect collections, or use fewer minions");
        }
        try (Hallway hallway = new Hallway(place.room("hallway"), minions, true)) {
            hallway.connect();
            takeTurns(hallway, null);
            Side ours = hallway.stage().figures();
            JobRate jobs = OneMinion.rate(hallway, options.jobs * LOAD);
            return new Fanout(host, minions, true, ours, null, null, jobs, latency(hallway), null, idleTopic);
        }
    }

    private void takeTurns(Hallway hallway, @Nullable BareCable bare) {
        int warmUp = options.warmUp(minions);
        options.phase(warmUp + " rounds to warm up, then " + options.rounds);
        for (int round = 0; round < warmUp + options.rounds; round++) {
            boolean counts = round >= warmUp;
            if (bare != null) {
                bare.stage().round(bare::round, counts);
            }
            hallway.stage().round(hallway::round, counts);
        }
    }

    private Spread latency(Hallway hallway) {
        String minion = SimulatedAgents.minion(1).value();
        return OneMinion.latency(hallway.client(), minion, options.jobs);
    }

    private Spread real(Path room, Hallway hallway) {
        try (RealAgent agent = RealAgent.start(room, hallway.agentPort(), hallway.client())) {
            return agent.latency(hallway.client(), Math.max(1, options.jobs / 10));
        }
    }

    private static long idleTopic(Path directory) {
        try (Child topics = Child.start(IdleTopicMain.class, directory)) {
            return Long.parseLong(topics.ask("bytes"));
        }
    }
}
