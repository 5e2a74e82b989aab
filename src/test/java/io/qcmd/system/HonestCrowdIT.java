package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.agent.SimulatedAgents;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import io.qcmd.transport.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fifty honest minions beside attackers of both ports: every command of theirs succeeds, not much later than in calm times; none of their sessions is closed, the bus takes no
 * memory for it, and counts every attack.
 */
@Timeout(300)
class HonestCrowdIT {
    private static final int CROWD = 50;
    private static final String TALKER = "talker";

    /** Calm and attacked in turns, so that what else the machine does meets both. */
    private static final int PHASES = Integer.getInteger("qcmd.phases", 2);
    /** Its 50 results come together: fewer, and the 99th percentile of a phase would be its slowest round. */
    private static final int ROUNDS = 100;

    /** Of the medians of the phases. */
    private static final int TIMES_CALM = 3;
    /** That is soon enough, however fast the calm is. */
    private static final long SOON_MILLIS = 500;

    private static final long MOST_GROWTH = 64L << 20;

    private final AtomicLong byGuard = new AtomicLong();
    private final AtomicLong bySession = new AtomicLong();

    @TempDir
    Path directory;

    @Test
    @Tag("A28")
    @Tag("A29")
    @Tag("A30")
    @Tag("A32")
    @Tag("A33")
    @Tag("A36")
    @Tag("A38")
    @Tag("A39")
    void honestMinions_doTheirWork_besideEveryAttack(TestReporter reporter) throws Exception {
        try (House house = House.watched(directory);
                SimulatedAgents crowd = new SimulatedAgents(
                        loops -> Sockets.client("127.0.0.1", house.agentPort()).runOn(loops),
                        SimulatedAgents.Manner.QUICK)) {
            Program bus = house.startBus(
                    Map.of("JDK_JAVA_OPTIONS", "-Xmx512m"),
                    "insecure_tcp_clients_are_admin: true",
                    "first_frame_timeout: 1s",
                    // A slow machine is no attack.
                    "event_loop_lag_limit: 10s",
                    "event_loop_lag_of_sessions: 1m");
            house.startAgent(TALKER);
            house.awaitUp(TALKER);
            House.answer(crowd.connect(CROWD));
            List<List<Attack>> lanes = lanes(house);
            rounds(house, ROUNDS);
            long memory = house.memory(bus);
            long guards = Mark.count(house, bus, true);

            List<Long> calm = new ArrayList<>();
            List<Long> attacked = new ArrayList<>();
            for (int phase = 0; phase < PHASES; phase++) {
                calm.add(p99(rounds(house, ROUNDS)));
                attacked.add(p99(besideAttacks(house, lanes)));
            }

            reporter.publishEntry(
                    "p99 of " + CROWD + " honest minions, ms", "in calm " + calm + ", beside attacks " + attacked);
            assertThat(median(attacked))
                    .as("p99 beside attacks %s, in calm %s", attacked, calm)
                    .isLessThanOrEqualTo(Math.max(SOON_MILLIS, TIMES_CALM * median(calm)));
            assertThat(bus.err()).doesNotContainPattern("minion sim-\\d+: a session ended");
            await().atMost(House.LIMIT).untilAsserted(() -> {
                assertThat(Mark.count(house, bus, true) - guards).isGreaterThanOrEqualTo(byGuard.get());
                assertThat(Mark.count(house, bus, false)).isGreaterThanOrEqualTo(bySession.get());
            });
            assertThat(house.memory(bus) - memory).isLessThan(MOST_GROWTH);
        }
    }

    /** What is done at once; one after the other in each of them. */
    private static List<List<Attack>> lanes(House house) {
        StartedJob job = House.answer(house.run(TALKER)
                .shell("head -c 1048576 /dev/zero | tr '\\0' x")
                .start());
        assertThat(House.answer(job.results().single()).state()).isEqualTo(TargetState.SUCCEEDED);
        return List.of(
                lane(List.of(Attacks.ofAgents(), Attacks.noise())),
                lane(List.of(Attacks.ofStrangers(), List.of(Attacks.silence()), Attacks.floods())),
                lane(List.of(Attacks.ofClients(), Attacks.otherKinds(), Attacks.targets())),
                Attacks.bombs(),
                List.of(Attacks.neverReads(job.accepted().job(), TALKER)));
    }

    private static List<Attack> lane(List<List<Attack>> parts) {
        return parts.stream().flatMap(List::stream).toList();
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

    /** What the honest see until every lane of attacks has come to its end. */
    private List<Long> besideAttacks(House house, List<List<Attack>> lanes) throws Exception {
        ExecutorService attackers = Executors.newFixedThreadPool(lanes.size());
        try {
            List<Future<?>> attacks = new ArrayList<>();
            for (List<Attack> lane : lanes) {
                attacks.add(attackers.submit(() -> {
                    attack(house, lane);
                    return null;
                }));
            }
            List<Long> seen = new ArrayList<>(rounds(house, ROUNDS));
            while (!attacks.stream().allMatch(Future::isDone)) {
                seen.addAll(rounds(house, 1));
            }
            for (Future<?> attack : attacks) {
                attack.get();
            }
            return seen;
        } finally {
            attackers.shutdownNow();
            assertThat(attackers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private void attack(House house, List<Attack> lane) throws IOException {
        for (Attack attack : lane) {
            attack.on(house);
            Mark mark = attack.mark();
            if (mark != null) {
                (mark.isOfGuard() ? byGuard : bySession).incrementAndGet();
            }
        }
    }

    private static long median(List<Long> figures) {
        return percentile(figures, 0.5);
    }

    private static long p99(List<Long> millis) {
        return percentile(millis, 0.99);
    }

    private static long percentile(List<Long> figures, double share) {
        List<Long> sorted = figures.stream().sorted().toList();
        return sorted.get((int) Math.ceil(sorted.size() * share) - 1);
    }
}
