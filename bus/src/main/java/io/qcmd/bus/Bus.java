package io.qcmd.bus;

import io.qcmd.bus.callback.Callbacks;
import io.qcmd.bus.callback.Endpoints;
import io.qcmd.bus.courier.HttpCourier;
import io.qcmd.bus.fleet.Census;
import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.Groups;
import io.qcmd.bus.fleet.Labelling;
import io.qcmd.bus.fleet.Presence;
import io.qcmd.bus.fleet.Removal;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.bus.gate.AgentGate;
import io.qcmd.bus.gate.ClientGate;
import io.qcmd.bus.job.Accounting;
import io.qcmd.bus.job.Admission;
import io.qcmd.bus.job.Cancels;
import io.qcmd.bus.job.History;
import io.qcmd.bus.job.JobSettings;
import io.qcmd.bus.job.Jobs;
import io.qcmd.bus.job.OutputPool;
import io.qcmd.bus.job.Reconciliation;
import io.qcmd.bus.job.Recovery;
import io.qcmd.bus.job.Repeats;
import io.qcmd.bus.job.Traces;
import io.qcmd.bus.security.Access;
import io.qcmd.bus.security.AdminAccess;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.topic.ChannelSettings;
import io.qcmd.bus.topic.Taps;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.Version;
import io.qcmd.protocol.config.Address;
import io.qcmd.transport.Entrance;
import io.qcmd.transport.EventLoopLag;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.Listener;
import io.qcmd.transport.RSocketDoor;
import io.qcmd.transport.Reception;
import io.qcmd.transport.Violations;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A running bus. Puts the rooms together, and is the only one that knows which adapters are behind the ports, which clock is the time and which threads there are.
 */
public final class Bus {
    private final BusSettings settings;
    private final Store store;
    private final String deployment;
    private final BusTime clock;
    /** Accepted jobs are published here, and what is out of time is looked for: one thread. */
    private final Scheduler core;

    private final Scheduler timers;
    private final Disposable.Composite sweeps = Disposables.composite();
    private final Accounting accounting;
    private final Topics topics;
    private final Groups groups;
    private final Fleet fleet;
    private final Violations violations;
    private final EventLoopLag lag;
    private final Load load;
    private final Presence presence;
    private final Housekeeping housekeeping;
    private final Jobs jobs;
    private final Recovery recovery;
    private final HttpCourier courier;
    private final Callbacks callbacks;
    private final AgentGate agentGate;
    private final ClientGate clientGate;
    private final long startedAt;
    private List<Listener> doors = List.of();

    private Bus(BusSettings settings, Store store, String deployment, long lastTime, Surroundings surroundings) {
        this.settings = settings;
        this.store = store;
        this.deployment = deployment;
        this.clock = new BusTime(surroundings.wall(), surroundings.nanos(), lastTime);
        this.core = surroundings.core();
        this.timers = surroundings.timers();
        this.startedAt = clock.millis();
        Ledger ledger = store.ledger();
        BusLimits limits = settings.limits();
        OutputPool pool =
                OutputPool.of(limits.work().outputPool(), Runtime.getRuntime().maxMemory());
        accounting = new Accounting(ledger, pool, clock);
        topics = new Topics(
                new ChannelSettings(
                        settings.life().channelCapacity(), settings.life().ackTimeout(), clock),
                accounting);
        Random random = surroundings.random();
        int targets = limits.work().targetsPerJob();
        groups = new Groups(store.registry(), clock, limits.work().groups(), targets);
        TargetResolver resolver = new TargetResolver(targets, groups::target);
        fleet = new Fleet(store.registry(), topics, resolver, targets, settings.presence(), clock, random, timers);
        violations = new Violations(timers);
        lag = new EventLoopLag(limits.lag().eventLoopLagLimit(), timers);
        load = new Load(
                lag,
                limits.lag().eventLoopLagOfViews(),
                limits.lag().eventLoopLagLimit(),
                store.queued(),
                settings.keeping().storeQueue(),
                pool);
        Admission admission = new Admission(limits.work().submitsPerSecond(), load, clock);
        Endpoints endpoints = settings.callbacks().endpoints();
        courier = new HttpCourier(endpoints.all(), settings.callbacks().callbackTimeout(), surroundings.wall(), timers);
        callbacks = new Callbacks(settings.callbacks(), store.outbox(), courier, clock, random);
        JobSettings terms = jobSettings(settings.life(), limits.work());
        jobs = new Jobs(terms, admission, ledger, fleet, topics, accounting, clock, random, core, endpoints);
        recovery = new Recovery(ledger, accounting, topics, fleet, jobs, clock);
        Access access = new AdminAccess(LocalUser.uid(), settings.listening().insecureTcpClientsAreAdmin());
        presence = new Presence(fleet, store.registry(), topics, clock, surroundings.wall(), core);
        housekeeping = new Housekeeping(settings.keeping(), store.upkeep(), clock, timers);
        agentGate = new AgentGate(
                access,
                fleet,
                presence,
                topics,
                accounting,
                new Reconciliation(ledger, accounting, topics, clock),
                clock,
                deployment,
                limits.sessions().reconnectsPerSecond(),
                limits.sessions().helloTimeout(),
                violations);
        clientGate = new ClientGate(
                access,
                jobs,
                new Cancels(ledger, accounting, topics, fleet, clock, terms.killGrace()),
                new Repeats(ledger, fleet, jobs, terms),
                new History(ledger, accounting, timers, load::holdsOutputBack),
                new Traces(ledger, accounting, fleet),
                fleet,
                groups,
                presence,
                new Labelling(fleet, store.registry(), clock, core),
                new Removal(fleet, store.registry(), accounting::granted, clock, core),
                new Taps(settings.taps(), topics, Jobs::message, clock, timers),
                this::status,
                timers,
                limits.sessions().sessionsPerUser());
    }

    /** Opens the store, takes up what lives in it, then opens the doors. */
    public static Mono<Bus> start(BusSettings settings) {
        return Mono.fromCallable(() -> Store.open(settings.keeping()))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(store -> recovered(settings, store, Surroundings.ofThisProcess())
                        .flatMap(bus -> bus.openDoors().map(open -> {
                            bus.doors = open;
                            bus.sweep();
                            return bus;
                        }))
                        .onErrorResume(failed -> store.close().then(Mono.error(failed))));
    }

    /** A bus that has taken up what lives in the store, behind closed doors. */
    static Mono<Bus> recovered(BusSettings settings, Store store, Surroundings surroundings) {
        return Mono.zip(store.ledger().deployment(), store.ledger().lastTime())
                .map(known -> new Bus(settings, store, known.getT1(), known.getT2(), surroundings))
                .flatMap(bus -> bus.groups
                        .load()
                        .then(bus.fleet.load())
                        .then(bus.recovery.recover())
                        .then(bus.callbacks.load())
                        .thenReturn(bus));
    }

    /** From now on it looks after what is out of time. */
    void sweep() {
        sweeps.add(topics.sweep(settings.life().sweepInterval(), core));
        sweeps.add(lag.start());
        sweeps.add(clock.watch(timers));
        sweeps.add(accounting.sweep(settings.life().sweepInterval(), core));
        sweeps.add(agentGate.sweep(settings.life().sweepInterval(), core));
        sweeps.add(presence.sweep(core));
        sweeps.add(callbacks.start(timers));
        sweeps.add(housekeeping.start());
    }

    private Mono<List<Listener>> openDoors() {
        BusLimits limits = settings.limits();
        BusLimits.Sessions sessions = limits.sessions();
        Entrance entrance = new Entrance(limits.entrance(), OpenFiles.room(sessions), lag, timers);
        RSocketDoor agents = new RSocketDoor(
                limits.of(GuardRules.agentAtBus()), sessions.agentSessions(), entrance, violations, timers);
        RSocketDoor clients = new RSocketDoor(
                limits.of(GuardRules.clientAtBus()), sessions.clientSessions(), entrance, violations, timers);
        return Flux.concat(
                        agents.open(socketAddress(settings.listening().agents()), agentGate),
                        clients.open(socketAddress(settings.listening().clients()), clientGate),
                        clients.open(settings.listening().socket(), clientGate))
                .collectList();
    }

    /** Receives agents, for a door of another kind than the settings know. */
    public Reception agents() {
        return agentGate;
    }

    /** Receives clients, likewise. */
    Reception clients() {
        return clientGate;
    }

    /** The port at which agents come in. */
    public int agentPort() {
        return doors.get(0).port();
    }

    /** The port at which clients come in by TCP. */
    public int clientPort() {
        return doors.get(1).port();
    }

    public Path socket() {
        return settings.listening().socket();
    }

    /** Completes with the reason when the store has failed: nothing may be answered any more, and the process has to end. */
    public Mono<Throwable> failed() {
        return store.failed();
    }

    /** Closes the doors, tells the registry that the sessions have ended, and closes the store. */
    public Mono<Void> stop() {
        sweeps.dispose();
        return Flux.fromIterable(doors)
                .flatMap(Listener::close, 3)
                .then(store.close())
                .doFinally(end -> {
                    core.dispose();
                    courier.close();
                });
    }

    private static InetSocketAddress socketAddress(Address address) {
        return new InetSocketAddress(address.host(), address.port());
    }

    private BusStatus status() {
        long running = accounting.running();
        Census census = fleet.census();
        return new BusStatus(
                Version.CURRENT,
                deployment,
                startedAt,
                clock.millis(),
                store.name() + housekeeping.told(),
                fleet.known(),
                census.up(),
                census.uncontrollable(),
                accounting.liveJobs(),
                Math.max(0, accounting.liveTargets() - running),
                running,
                topics.dropped(),
                topics.expired(),
                load.pressure(jobs.refused() + clientGate.refused() + violations.refused(), violations.offences()),
                callbacks.status());
    }

    private static JobSettings jobSettings(MessageLife life, BusLimits.Work work) {
        return new JobSettings(
                life.maxMessageExpiredTime(),
                life.ackTimeout(),
                life.killGrace(),
                life.reportGrace(),
                work.liveJobs(),
                work.liveTargets(),
                work.targetsPerJob());
    }
}
