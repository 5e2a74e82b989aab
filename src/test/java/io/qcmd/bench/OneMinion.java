package io.qcmd.bench;

import io.qcmd.agent.SimulatedAgents;
import io.qcmd.client.QcmdClient;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Jobs of one minion each. */
final class OneMinion {
    static final int CLIENTS = 8;
    /** Jobs of one client under way at once, of the 64 streams that its connection may have: how much can be carried is asked here, not how fast one job is. */
    static final int IN_FLIGHT = 32;
    /** Only then the JVMs have compiled what a job needs: a bus runs for weeks. */
    private static final int WARM_UP = 3;

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Retry WHEN_BUSY = Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(10))
            .maxBackoff(Duration.ofMillis(100))
            .filter(error -> error instanceof QcmdException told && told.code() == ErrorCode.BUSY);

    private OneMinion() {}

    /** One job after the other, from submit to the result; a quarter as many warm up. */
    static Spread latency(QcmdClient client, String minion, int jobs) {
        for (int i = 0; i < jobs / 4; i++) {
            run(client, minion).then().block(LIMIT);
        }
        List<Long> nanos = new ArrayList<>(jobs);
        for (int i = 0; i < jobs; i++) {
            long start = System.nanoTime();
            run(client, minion).then().block(LIMIT);
            nanos.add(System.nanoTime() - start);
        }
        return Spread.of(nanos);
    }

    /** Complete jobs per second, from several clients at once, each job to another minion; three times as many warm up. */
    static JobRate rate(Hallway hallway, int jobs) {
        List<QcmdClient> clients =
                Stream.generate(hallway::newClient).limit(CLIENTS).toList();
        int minions = hallway.stage().minions();
        try {
            load(clients, IN_FLIGHT, minions, jobs * WARM_UP);
            return hallway.stage()
                    .rate(jobs, () -> load(clients, IN_FLIGHT, minions, jobs), () -> load(clients, 1, minions, jobs));
        } finally {
            clients.forEach(QcmdClient::close);
        }
    }

    private static void load(List<QcmdClient> clients, int inFlight, int minions, int jobs) {
        Flux.range(0, CLIENTS)
                .flatMap(number -> load(clients.get(number), inFlight, number, minions, jobs), CLIENTS)
                .then()
                .block(LIMIT);
    }

    /** Every eighth of the jobs, from this one on. */
    private static Mono<Void> load(QcmdClient client, int inFlight, int number, int minions, int jobs) {
        return Flux.range(0, jobs)
                .filter(job -> job % CLIENTS == number)
                .map(job -> SimulatedAgents.minion(1 + job % minions).value())
                .flatMap(minion -> run(client, minion), inFlight)
                .then();
    }

    private static Mono<TargetResult> run(QcmdClient client, String minion) {
        return Hallway.noOp(client, new Target(minion))
                .results()
                .single()
                .retryWhen(WHEN_BUSY)
                .doOnNext(result -> {
                    if (!(result instanceof TargetResult.Succeeded)) {
                        throw new IllegalStateException("no success: " + result);
                    }
                });
    }
}
