package io.qcmd.bus.gate;

import io.qcmd.bus.VirtualClock;
import io.qcmd.bus.callback.Endpoints;
import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.Groups;
import io.qcmd.bus.fleet.Labelling;
import io.qcmd.bus.fleet.Presence;
import io.qcmd.bus.fleet.PresenceSettings;
import io.qcmd.bus.fleet.Removal;
import io.qcmd.bus.fleet.TargetResolver;
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
import io.qcmd.bus.security.AdminAccess;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.bus.topic.ChannelSettings;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.transport.Violations;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A whole bus without network and disk, on virtual time: the rooms put together as the bus does it, over a store that outlives them. */
public final class Rooms {
    public static final JobSettings SETTINGS = new JobSettings(
            Duration.ofSeconds(300),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            10,
            1_000,
            100);
    public static final int CAPACITY = 3;
    public static final int POOL = 4 << 20;
    public static final Duration HELLO_TIMEOUT = Duration.ofSeconds(30);
    public static final int SUBMITS_PER_SECOND = 500;
    /** A minion may be away for longer than any test of what waits for it. */
    public static final PresenceSettings PRESENCE =
            new PresenceSettings(Duration.ofHours(1), Duration.ofMinutes(5), "1.2");

    /** Bus time at the start: 0 has a meaning of its own. */
    public static final long START = 1_000_000;

    private static final AtomicLong REQUESTS = new AtomicLong();
    private static final Duration SWEEP = Duration.ofSeconds(1);

    public final MemoryStore store;
    public final VirtualTimeScheduler time;
    public final Clock clock;
    public final OutputPool pool = new OutputPool(POOL);
    public final Accounting accounting;
    public final Topics topics;
    public final Groups groups;
    public final Fleet fleet;
    public final Jobs jobs;
    public final Cancels cancels;
    public final Repeats repeats;
    public final History history;
    public final Traces traces;
    public final Presence presence;
    public final Labelling labelling;
    public final Removal removal;
    public final Violations violations;
    public final AgentGate gate;

    /** Why there may be no new job; null: there may. */
    public volatile @Nullable QcmdException pressure;

    /** Whether live output waits. */
    public volatile boolean holdsOutputBack;

    private final Disposable.Composite sweeps = Disposables.composite();

    private Rooms(MemoryStore store, Ledger ledger, VirtualTimeScheduler time, long seed) {
        this.store = store;
        this.time = time;
        clock = new VirtualClock(START, time);
        accounting = new Accounting(ledger, pool, clock);
        topics = new Topics(new ChannelSettings(CAPACITY, SETTINGS.ackTimeout(), clock), accounting);
        groups = new Groups(store, clock, 10, 100);
        TargetResolver resolver = new TargetResolver(100, groups::target);
        fleet = new Fleet(store, topics, resolver, 100, PRESENCE, clock, new Random(seed), time);
        Scheduler core = Schedulers.immediate();
        presence = new Presence(fleet, store, topics, clock, clock, core);
        labelling = new Labelling(fleet, store, clock, core);
        removal = new Removal(fleet, store, accounting::granted, clock, core);
        Admission admission = new Admission(SUBMITS_PER_SECOND, () -> Optional.ofNullable(pressure), clock);
        jobs = new Jobs(
                SETTINGS, admission, ledger, fleet, topics, accounting, clock, new Random(seed), core, Endpoints.NONE);
        cancels = new Cancels(ledger, accounting, topics, fleet, clock, SETTINGS.killGrace());
        repeats = new Repeats(ledger, fleet, jobs, SETTINGS);
        traces = new Traces(ledger, accounting, fleet);
        history = new History(ledger, accounting, time, () -> holdsOutputBack);
        violations = new Violations(time);
        Reconciliation reconciliation = new Reconciliation(ledger, accounting, topics, clock);
        gate = new AgentGate(
                new AdminAccess(0, false),
                fleet,
                presence,
                topics,
                accounting,
                reconciliation,
                clock,
                "test",
                1_000,
                HELLO_TIMEOUT,
                violations);
        Await.await(groups.load()
                .then(fleet.load())
                .then(new Recovery(ledger, accounting, topics, fleet, jobs, clock).recover()));
        sweeps.addAll(List.of(topics.sweep(SWEEP, time), accounting.sweep(SWEEP, time), gate.sweep(SWEEP, time)));
    }

    /** A bus with a store of its own. */
    public static Rooms open() {
        return over(new MemoryStore(), VirtualTimeScheduler.create());
    }

    /** A bus over a store; signals of the store come at once. */
    public static Rooms over(MemoryStore store, VirtualTimeScheduler time) {
        return new Rooms(store, store, time, Await.value(store.newest(10_000).count()));
    }

    /** A bus that sees the ledger through something else. */
    public static Rooms over(MemoryStore store, Ledger ledger) {
        return new Rooms(store, ledger, VirtualTimeScheduler.create(), 0);
    }

    /** These minions are enrolled, and never were connected. */
    public Rooms enrol(String... minions) {
        for (String minion : minions) {
            Await.await(fleet.admit(new MinionId(minion), "test", true));
        }
        return this;
    }

    /** The end of the process: nothing of it goes on, and nothing is tidied up. */
    public void crash() {
        sweeps.dispose();
    }

    public void advance(Duration by) {
        time.advanceTimeBy(by);
    }

    /** 60 s of timeout, hence 30 s of TTL. */
    public Submit request(String target) {
        return new Submit(
                "request-" + REQUESTS.incrementAndGet(), Selection.of(new Target(target)), Command.shell("true"), null);
    }

    public Accepted submit(String target) {
        return Await.value(jobs.accept(new Principal.Remote("tester"), request(target)));
    }

    public JobId job(String target) {
        return submit(target).job();
    }

    public List<Answer> cancel(JobId job, String... minions) {
        return cancel(job, CancelWish.PLAIN, minions);
    }

    public List<Answer> cancel(JobId job, CancelWish wish, String... minions) {
        List<MinionId> some = Stream.of(minions).map(MinionId::new).toList();
        return Await.values(cancels.cancel(new Principal.Remote("tester"), new CancelQuery(job, some, wish))
                .flatMapIterable(page -> page.answers()));
    }

    /** Its fate on disk; there must be one. */
    public Fate fate(JobId job, String minion) {
        return Await.value(store.fate(job, new MinionId(minion)));
    }

    /** Connects, says HELLO, reads the answer and asks for one message. */
    public FakeAgent agent(String minion) {
        FakeAgent agent = FakeAgent.connect(gate, new MinionId(minion)).hello("epoch-1");
        agent.read();
        return agent.ask();
    }
}
