package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.agent.SimulatedAgents;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.TargetState;
import io.qcmd.transport.HostileClient;
import io.qcmd.transport.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;

/** Fifty honest minions beside attackers: every command of theirs succeeds, and none of their sessions is closed. */
@Timeout(300)
class HonestCrowdIT {
    private static final int CROWD = 50;
    private static final int CALM_ROUNDS = 20;
    /** Each attack so often, one after the other in each of the lanes; more for a longer look. */
    private static final int TIMES = Integer.getInteger("qcmd.attacks", 1);

    private static final int BURST = 64;
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final AtomicInteger floods = new AtomicInteger();

    @TempDir
    Path directory;

    @Test
    @Tag("A28")
    @Tag("A32")
    @Tag("A33")
    @Tag("A38")
    void honestMinions_doTheirWork_besideEveryAttack() throws Exception {
        try (House house = new House(directory);
                SimulatedAgents crowd = new SimulatedAgents(
                        loops -> Sockets.client("127.0.0.1", house.agentPort()).runOn(loops),
                        SimulatedAgents.Manner.QUICK)) {
            Program bus = house.startBus(
                    Map.of("JDK_JAVA_OPTIONS", "-Xmx512m"),
                    "first_frame_timeout: 1s",
                    // A slow machine is no attack.
                    "event_loop_lag_limit: 10s",
                    "event_loop_lag_of_sessions: 1m");
            house.awaitBus();
            House.answer(crowd.connect(CROWD));
            rounds(house, CALM_ROUNDS);
            List<Long> calm = rounds(house, CALM_ROUNDS);

            List<Long> attacked = beside(attacks(house), () -> rounds(house, 1));

            System.out.printf(
                    "%d honest minions: p99 of a result %d ms, beside attacks %d ms (%,d results)%n",
                    CROWD, p99(calm), p99(attacked), attacked.size());
            assertThat(bus.err()).contains("guard: closed").doesNotContainPattern("minion sim-\\d+: a session ended");
        }
    }

    /** Milliseconds from each submit to each of its results; all of them are successes. */
    private static List<Long> rounds(House house, int rounds) {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            List<TargetResult> results = House.answer(house.run("sim-*")
                    .shell("true")
                    .results()
                    .doOnNext(result ->
                            took.add(Duration.ofNanos(System.nanoTime() - start).toMillis()))
                    .collectList());
            assertThat(results).hasSize(CROWD).extracting(TargetResult::state).containsOnly(TargetState.SUCCEEDED);
        }
        return took;
    }

    /** What the honest see until every lane of attacks has come to its end; at least once. */
    private static List<Long> beside(List<Callable<Void>> lanes, Callable<List<Long>> honest) throws Exception {
        ExecutorService attackers = Executors.newFixedThreadPool(lanes.size());
        try {
            List<Future<Void>> attacks = lanes.stream().map(attackers::submit).toList();
            List<Long> seen = new ArrayList<>();
            do {
                seen.addAll(honest.call());
            } while (!attacks.stream().allMatch(Future::isDone));
            for (Future<Void> attack : attacks) {
                attack.get();
            }
            return seen;
        } finally {
            attackers.shutdownNow();
            assertThat(attackers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static List<Callable<Void>> attacks(House house) {
        return List.of(
                lane(HostilePeersIT.lengthsThatLie(), attack -> {
                    try (HostileClient hostile = new HostileClient(house.agentPort()).sendBytes((byte[]) attack[1])) {
                        hostile.readUntilClosed(SOON);
                    }
                }),
                lane(HostilePeersIT.attacksOfAgents(), attack -> {
                    try (HostileClient hostile = HostilePeersIT.greeted(house, "evil")) {
                        HostilePeersIT.send(hostile, attack[1]);
                        hostile.readUntilClosed(SOON);
                    }
                }),
                lane(HostilePeersIT.floodsOfOutput(), attack -> flood(house, (int) attack[1], attack[2])));
    }

    private static Callable<Void> lane(Stream<Arguments> attacks, Attack attack) {
        List<Arguments> all = attacks.toList();
        return () -> {
            for (int i = 0; i < TIMES * all.size(); i++) {
                attack.run(all.get(i % all.size()).get());
            }
            return null;
        };
    }

    private static void flood(House house, int frames, Object kind) throws IOException {
        HostilePeersIT.Flood flood = (HostilePeersIT.Flood) kind;
        // What an earlier one was given, and never reported, would come to it first.
        String minion = "flood-" + floods.incrementAndGet();
        try (HostileClient hostile = HostilePeersIT.greeted(house, minion)) {
            JobId job =
                    HostilePeersIT.granted(house, hostile, minion).accepted().job();
            for (int sent = 0; sent < frames && !hostile.isCut(); sent += BURST) {
                byte[][] burst = new byte[Math.min(BURST, frames - sent)][];
                for (int i = 0; i < burst.length; i++) {
                    burst[i] = flood.frame(job, sent + i);
                }
                hostile.send(burst);
            }
            hostile.readUntilClosed(SOON);
        }
    }

    private static long p99(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
    }

    private interface Attack {
        void run(Object[] attack) throws IOException;
    }
}
