package io.qcmd.bench;

import io.qcmd.agent.SimulatedAgents;
import io.qcmd.client.Job;
import io.qcmd.client.QcmdClient;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A real bus that is killed while its agents work, and started again on the same store. Not thread-safe. */
final class Outage implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    /** A look walks over all minions: more often, and the looks are what keeps the bus busy. */
    private static final Duration LOOK = Duration.ofMillis(250);
    /** Of all minions. With its 4 slots a minion holds them, and what comes then waits. */
    private static final int LARGE_JOBS = 5;

    private static final int SUBMITS_AT_ONCE = 8;

    private final Path directory;
    private final int minions;
    private final Duration longest;
    private final int port;
    private final Child agents;
    private Child bus;
    private final QcmdClient client;
    private final List<Accepted> accepted = new CopyOnWriteArrayList<>();
    private Disposable submits = Disposables.disposed();
    private long killed;

    /**
     * When the minions were back, in seconds since the kill.
     *
     * @param ready when the bus answered again
     */
    record Return(double ready, double first, double median, double last) {}

    private record Look(long nanos, int up) {}

    /** @param longest a command takes a random time up to this */
    Outage(Path directory, int minions, Duration longest) {
        this.directory = directory;
        this.minions = minions;
        this.longest = longest;
        this.port = freePort();
        bus = startBus();
        agents = Child.start(AgentsProcessMain.class, directory);
        // Only when it is there, its socket is.
        bus.ask("port");
        client = QcmdClient.builder()
                .bus("rsocket+unix:" + directory.resolve("bus.sock"))
                .build();
    }

    /** Connects all minions; seconds. */
    double connect() {
        return Long.parseLong(agents.ask("employ", minions, port, longest.toMillis())) / 1e9;
    }

    /** Jobs of all minions, then so many of one each; returns while the latter are coming in, and the first of the former is half done. */
    void work(int smallJobs) {
        for (int i = 0; i < LARGE_JOBS; i++) {
            accepted.add(submit(Target.ALL).blockOptional(LIMIT).orElseThrow());
        }
        Job first = client.job(accepted.get(0).job().toString());
        await(first.info(), info -> info.counts().of(TargetState.SUCCEEDED) >= minions / 2);
        submits = Flux.range(1, smallJobs)
                .map(job -> SimulatedAgents.minion(1 + job % minions).value())
                // While there is no bus, nothing is accepted.
                .flatMap(
                        minion -> submit(new Target(minion)).onErrorResume(QcmdException.class, away -> Mono.empty()),
                        SUBMITS_AT_ONCE)
                .subscribe(accepted::add);
        await(Mono.fromSupplier(accepted::size), size -> size >= LARGE_JOBS + smallJobs / 2);
    }

    BusStatus status() {
        return client.status().blockOptional(LIMIT).orElseThrow();
    }

    Footprint measure() {
        return bus.measure();
    }

    void kill() {
        killed = System.nanoTime();
        bus.kill();
    }

    /** Starts the bus again, and returns when all minions are back. */
    Return restart() {
        bus = startBus();
        bus.ask("port");
        double ready = sinceKill(System.nanoTime());
        List<Look> looks = looks(client.status().map(seen -> new Look(System.nanoTime(), seen.minionsUp())))
                .takeUntil(seen -> seen.up() == minions)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
        return new Return(ready, reached(looks, 1), reached(looks, (minions + 1) / 2), reached(looks, minions));
    }

    /** Waits for every fate. */
    Outcome outcome() {
        await(Mono.fromSupplier(submits::isDisposed), over -> over);
        return accepted.stream().map(this::outcome).reduce(Outcome.NONE, Outcome::plus);
    }

    @Override
    public void close() {
        client.close();
        agents.close();
        bus.close();
    }

    private Outcome outcome(Accepted job) {
        Job told = client.job(job.job().toString());
        Optional<JobInfo> found = told.await()
                .onErrorResume(Outage::isUnknown, unknown -> Mono.empty())
                .blockOptional(LIMIT);
        // Only now nothing of it starts any more.
        Starts.OfJob starts = Starts.OfJob.parse(agents.ask("runs", job.job()));
        if (found.isEmpty()) {
            return Outcome.lost(job, starts);
        }
        List<TargetResult> results =
                told.results().collectList().blockOptional(LIMIT).orElseThrow();
        return Outcome.of(job, starts, found.get().counts(), results);
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof QcmdException error && error.code() == ErrorCode.JOB_NOT_FOUND;
    }

    private Mono<Accepted> submit(Target target) {
        return Hallway.noOp(client, target).start().map(StartedJob::accepted);
    }

    private static <T> void await(Mono<T> look, Predicate<T> isSo) {
        looks(look).takeUntil(isSo).then().block(LIMIT);
    }

    /** Again and again. */
    private static <T> Flux<T> looks(Mono<T> look) {
        return look.repeatWhen(done -> done.delayElements(LOOK));
    }

    private double reached(List<Look> looks, int up) {
        return looks.stream()
                .filter(look -> look.up() >= up)
                .findFirst()
                .map(look -> sinceKill(look.nanos()))
                .orElseThrow();
    }

    private double sinceKill(long nanos) {
        return (nanos - killed) / 1e9;
    }

    private Child startBus() {
        // One process plays all agents, so that each of them may be slow to answer.
        return Child.start(
                BusProcessMain.class,
                directory,
                Hallway.settings(directory, "agents: 127.0.0.1:" + port, "ack_timeout: 1m", "hello_timeout: 1m"));
    }

    /** Below those that the kernel gives to connections: an agent that tries to connect while there is no bus would, once in a while, meet itself. */
    private static int freePort() {
        int port = ThreadLocalRandom.current().nextInt(10_000, 30_000);
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException taken) {
            return freePort();
        }
    }
}
