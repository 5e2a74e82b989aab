package io.qcmd.system;

import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Jobs of one minion each while packets are lost between bus and agents: each agent has one after the other, all agents at once. */
final class Loss {
    /** Longer than the promised end of any job here, the time to submit them all included. */
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private static final Pattern RECONNECT = Pattern.compile("trying again in \\d+ ms");

    /**
     * What came of it.
     *
     * @param jobs and as many targets
     * @param ownEnds commands that ran, and whose output and exit code are known and right
     * @param unknown whether they ran: LOST and INTERRUPTED
     * @param millis from the submit to the result, in order
     * @param took the time in which packets were lost
     * @param lost packets that did not arrive
     * @param reconnects tries of agents to connect again
     * @param objections of the oracle; none: every fate is true, and was known in time
     */
    record Outcome(
            int percent,
            int jobs,
            int ownEnds,
            int unknown,
            List<Long> millis,
            Duration took,
            long lost,
            long reconnects,
            List<String> objections) {
        Outcome {
            if (percent > 0 && lost == 0) {
                throw new IllegalStateException("no packet was lost: bus and agents are not on this network");
            }
        }

        /** The time that so many of 100 jobs did not take longer than. */
        double seconds(int percentile) {
            int index = (int) Math.ceil(millis.size() * percentile / 100.0) - 1;
            return millis.get(Math.max(0, index)) / 1_000.0;
        }
    }

    private Loss() {}

    /**
     * Starts a bus and agents in a house that has neither, and measures. The fates are judged when the network is whole again.
     *
     * @param each jobs of each agent
     * @param expire how long a job may wait for its minion; null: as long as the bus lets it by default
     */
    static Outcome measure(House house, Network network, int percent, int agents, int each, @Nullable Duration expire) {
        List<String> minions = IntStream.rangeClosed(1, agents)
                .mapToObj(number -> "m" + number)
                .toList();
        Oracle oracle = new Oracle(house);
        house.startBus("uncontrollable_after: 60s");
        house.awaitBus();
        minions.forEach(minion -> house.startAgent(minion, "reconnect_first: 1s", "reconnect_longest: 60s"));
        house.awaitUp(minions.toArray(String[]::new));

        ConcurrentMap<String, Long> nanos = new ConcurrentHashMap<>();
        long began = System.nanoTime();
        network.lose(percent);
        Flux.fromIterable(minions)
                .flatMap(minion -> Flux.range(0, each).concatMap(job -> timed(oracle, minion, expire, nanos)), agents)
                .then()
                .block(LIMIT);
        network.lose(0);
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        long reconnects = minions.stream()
                .mapToLong(minion ->
                        RECONNECT.matcher(house.agent(minion).err()).results().count())
                .sum();
        List<Testimony> seen = oracle.testimonies();
        List<TargetResult> ends =
                seen.stream().flatMap(job -> job.rows().stream()).toList();
        List<Long> millis = new ArrayList<>(
                nanos.values().stream().map(time -> time / 1_000_000).toList());
        Collections.sort(millis);
        return new Outcome(
                percent,
                seen.size(),
                (int) ends.stream().filter(end -> isOwnEnd(end.state())).count(),
                (int) ends.stream()
                        .filter(end -> end.executed() == Executed.UNKNOWN)
                        .count(),
                millis,
                took,
                network.lost(),
                reconnects,
                oracle.objections(seen));
    }

    private static Mono<Void> timed(
            Oracle oracle, String minion, @Nullable Duration expire, ConcurrentMap<String, Long> nanos) {
        RunSpec plain = oracle.run(minion, Duration.ZERO);
        RunSpec run = expire == null ? plain : plain.expire(expire);
        return Mono.defer(() -> {
            long since = System.nanoTime();
            return run.start()
                    .doOnNext(job -> oracle.note(job, 0))
                    .flatMap(job -> job.results().then(Mono.just(job)))
                    .map(StartedJob::id)
                    .doOnNext(job -> nanos.put(Objects.requireNonNull(job), System.nanoTime() - since))
                    .then();
        });
    }

    private static boolean isOwnEnd(TargetState state) {
        return state == TargetState.SUCCEEDED || state == TargetState.FAILED;
    }
}
