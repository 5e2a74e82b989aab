package io.qcmd.bench;

import io.qcmd.bus.callback.Endpoints;
import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.PresenceSettings;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.bus.job.Accounting;
import io.qcmd.bus.job.Admission;
import io.qcmd.bus.job.History;
import io.qcmd.bus.job.JobSettings;
import io.qcmd.bus.job.Jobs;
import io.qcmd.bus.job.OutputPool;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.sqlite.SqliteSettings;
import io.qcmd.bus.store.sqlite.SqliteStore;
import io.qcmd.bus.topic.ChannelSettings;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The rooms of a bus behind its doors, over a ledger on disk, with agents that say what real ones say. No network: it would limit how many there are. */
final class LiveBus implements AutoCloseable {
    private static final int ADMISSIONS = 256;

    private static final PresenceSettings PRESENCE =
            new PresenceSettings(Duration.ofSeconds(60), Duration.ofMinutes(5), "0");

    private final Scheduler core = Schedulers.newSingle("core", true);
    private final SqliteStore store;
    private final Jobs jobs;
    private final List<LiveAgent> agents;
    private final AtomicLong reads = new AtomicLong();

    final History history;

    LiveBus(Path directory, int minions) {
        store = SqliteStore.open(directory, SqliteSettings.DEFAULT);
        Ledger ledger = counted(store.ledger());
        Clock clock = Clock.systemUTC();
        Scheduler timers = Schedulers.parallel();
        Accounting accounting = new Accounting(ledger, new OutputPool(256 << 20), clock);
        Topics topics = new Topics(new ChannelSettings(256, Duration.ofSeconds(10), clock), accounting);
        Random random = new SecureRandom();
        TargetResolver resolver = new TargetResolver(minions, name -> null);
        Fleet fleet = new Fleet(store.registry(), topics, resolver, minions, PRESENCE, clock, random, timers);
        JobSettings settings = new JobSettings(
                Duration.ofSeconds(300),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                10,
                10 * minions,
                minions);
        Admission admission = new Admission(1_000, Optional::empty, clock);
        jobs = new Jobs(settings, admission, ledger, fleet, topics, accounting, clock, random, core, Endpoints.NONE);
        history = new History(ledger, accounting, timers, () -> false);
        agents = IntStream.range(0, minions)
                .mapToObj(i -> new MinionId("web-" + i))
                .map(minion -> new LiveAgent(minion, accounting))
                .toList();
        Mono<Void> enrolled = Flux.fromIterable(agents)
                .flatMap(
                        agent -> fleet.admit(agent.minion(), "bench", true)
                                .then(Mono.fromRunnable(() -> agent.connect(topics))),
                        ADMISSIONS)
                .then();
        await(enrolled);
    }

    static void await(Mono<?> end) {
        Object last = end.block();
        assert last == null || last instanceof Long;
    }

    /** Pages that were read so far. */
    long reads() {
        return reads.get();
    }

    /**
     * A job for all minions.
     *
     * @return completes when each of them was told that its result is on disk
     */
    Run run(LiveAgent.Work work) {
        Mono<Void> ends =
                Mono.when(agents.stream().map(agent -> agent.next(work)).toList());
        Submit submit =
                new Submit(UUID.randomUUID().toString(), Selection.of(new Target("*")), Command.shell("live"), null);
        Accepted accepted = Objects.requireNonNull(
                jobs.accept(new Principal.Remote("bench"), submit).block());
        return new Run(accepted.job(), ends);
    }

    /** @param ends completes when every agent may forget it */
    record Run(JobId job, Mono<Void> ends) {}

    private Ledger counted(Ledger ledger) {
        return (Ledger) Proxy.newProxyInstance(
                Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("page")) {
                        reads.incrementAndGet();
                    }
                    try {
                        return method.invoke(ledger, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void close() {
        core.dispose();
        store.close();
    }
}
