package io.qcmd.bus;

import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.Groups;
import io.qcmd.bus.fleet.Presence;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.bus.gate.AgentGate;
import io.qcmd.bus.gate.ClientGate;
import io.qcmd.bus.gate.OutputPool;
import io.qcmd.bus.job.Accounting;
import io.qcmd.bus.job.Cancels;
import io.qcmd.bus.job.History;
import io.qcmd.bus.job.JobSettings;
import io.qcmd.bus.job.Jobs;
import io.qcmd.bus.job.Reconciliation;
import io.qcmd.bus.job.Recovery;
import io.qcmd.bus.security.Access;
import io.qcmd.bus.security.AdminAccess;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.topic.ChannelSettings;
import io.qcmd.bus.topic.Taps;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.Version;
import io.qcmd.protocol.config.Address;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.Listener;
import io.qcmd.transport.RSocketDoor;
import io.qcmd.transport.Reception;
import io.qcmd.transport.Violations;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
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
    private final Clock clock;
    /** Accepted jobs are published here, and what is out of time is looked for: one thread. */
    private final Scheduler core = Schedulers.newSingle("core", true);

    private final Scheduler timers = Schedulers.parallel();
    private final Disposable.Composite sweeps = Disposables.composite();
    private final Accounting accounting;
    private final Topics topics;
    private final Fleet fleet;
    private final Jobs jobs;
    private final Recovery recovery;
    private final AgentGate agentGate;
    private final ClientGate clientGate;
    private final long startedAt;
    private List<Listener> doors = List.of();

    private Bus(BusSettings settings, Store store, String deployment, long lastTime) {
        this.settings = settings;
        this.store = store;
        this.deployment = deployment;
        this.clock = new BusTime(Clock.systemUTC(), System::nanoTime, lastTime);
        this.startedAt = clock.millis();
        Ledger ledger = store.ledger();
        accounting = new Accounting(ledger, clock);
        topics = new Topics(new ChannelSettings(settings.channelCapacity(), settings.ackTimeout(), clock), accounting);
        fleet = new Fleet(store.registry(), topics, new TargetResolver(settings.targetsPerJob()), clock, timers);
        jobs = new Jobs(jobSettings(settings), ledger, fleet, topics, accounting, clock, new SecureRandom(), core);
        recovery = new Recovery(ledger, accounting, topics, fleet, jobs);
        Access access = new AdminAccess(LocalUser.uid(), settings.insecureTcpClientsAreAdmin());
        Presence presence = new Presence();
        agentGate = new AgentGate(
                access,
                fleet,
                presence,
                topics,
                accounting,
                new Reconciliation(ledger, accounting, topics, clock),
                new OutputPool(settings.outputPool()),
                clock,
                deployment);
        clientGate = new ClientGate(
                access,
                jobs,
                new Cancels(ledger, accounting, topics, fleet, clock),
                new History(ledger, accounting),
                fleet,
                new Groups(),
                presence,
                new Taps(),
                this::status,
                timers);
    }

    /** Opens the store, takes up what lives in it, then opens the doors. */
    public static Mono<Bus> start(BusSettings settings) {
        return Mono.fromCallable(() -> Store.open(settings))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(store -> Mono.zip(
                                store.ledger().deployment(), store.ledger().lastTime())
                        .map(known -> new Bus(settings, store, known.getT1(), known.getT2()))
                        .flatMap(Bus::open)
                        .onErrorResume(failed -> store.close().then(Mono.error(failed))));
    }

    private Mono<Bus> open() {
        return fleet.load().then(recovery.recover()).then(openDoors()).map(open -> {
            doors = open;
            sweeps.add(topics.sweep(settings.sweepInterval(), core));
            sweeps.add(accounting.sweep(settings.sweepInterval(), core));
            return this;
        });
    }

    private Mono<List<Listener>> openDoors() {
        Violations violations = new Violations(timers);
        RSocketDoor agents =
                new RSocketDoor(settings.limit(GuardRules.agentAtBus()), settings.agentSessions(), violations, timers);
        RSocketDoor clients = new RSocketDoor(
                settings.limit(GuardRules.clientAtBus()), settings.clientSessions(), violations, timers);
        return Flux.concat(
                        agents.open(socketAddress(settings.agents()), agentGate),
                        clients.open(socketAddress(settings.clients()), clientGate),
                        clients.open(settings.socket(), clientGate))
                .collectList();
    }

    /** Receives agents, for a door of another kind than the settings know. */
    public Reception agents() {
        return agentGate;
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
        return settings.socket();
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
                .doFinally(end -> core.dispose());
    }

    private static InetSocketAddress socketAddress(Address address) {
        return new InetSocketAddress(address.host(), address.port());
    }

    private BusStatus status() {
        long running = accounting.running();
        return new BusStatus(
                Version.CURRENT,
                deployment,
                startedAt,
                clock.millis(),
                store.name(),
                fleet.known(),
                fleet.up(),
                0,
                accounting.liveJobs(),
                Math.max(0, accounting.liveTargets() - running),
                running,
                topics.dropped(),
                topics.expired(),
                new BusStatus.Pressure(0, 0, settings.storeQueue(), 0, settings.outputPool(), 0, 0));
    }

    private static JobSettings jobSettings(BusSettings settings) {
        return new JobSettings(
                settings.maxMessageExpiredTime(),
                settings.ackTimeout(),
                settings.killGrace(),
                settings.reportGrace(),
                settings.liveJobs(),
                settings.liveTargets(),
                settings.targetsPerJob());
    }
}
