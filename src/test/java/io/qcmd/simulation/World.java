package io.qcmd.simulation;

import io.qcmd.agent.SimulatedHost;
import io.qcmd.bus.SimulatedBus;
import io.qcmd.bus.store.FateRecord;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Setup;
import io.qcmd.transport.Credentials;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Peer;
import io.rsocket.RSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** All that there is: one bus at a time on one disk, the hosts with their agents, the cables between them, a client, and the storm. */
final class World implements SimulatedStore.Conditions, Witness {
    private static final Duration LONGEST_DOWN = Duration.ofSeconds(5);
    private static final Duration HEALTHY_AFTER = Duration.ofSeconds(3);

    private final VirtualTime time;
    private final Chance chance;
    private final Chronicle chronicle;
    private final Faults faults = new Faults();
    private final Mutation mutation;
    private final Weather weather;
    private final Crossing crossing;
    private final MemoryStore disk = new MemoryStore();
    private final Oracle oracle = new Oracle(disk);
    private final Life always;
    private final List<SimulatedHost> hosts;
    private final Map<MinionId, Life> agents = new HashMap<>();
    private final Map<MinionId, Cable> cables = new HashMap<>();
    private final Set<MinionId> unreachable = new HashSet<>();
    private final Random random;
    private final String busYaml;
    private final Client client;
    private Life busLife;
    private @Nullable SimulatedBus bus;
    private Client.@Nullable Connection session;
    private Duration busClock = Duration.ZERO;
    private boolean busDiskFull;
    private long healthySince;
    private int lives;
    private int connections;

    World(VirtualTime time, Chance chance, int agents, Mutation mutation) {
        this.time = time;
        this.chance = chance;
        this.mutation = mutation;
        this.chronicle = new Chronicle(time);
        this.weather = new Weather(chance);
        this.crossing = new Crossing(weather, oracle, chronicle, faults, mutation);
        this.random = chance.asRandom();
        this.always = new Life("client", time, chance);
        this.busLife = always;
        Duration ackTimeout = Duration.ofMillis(chance.between(200, 3_000));
        this.busYaml = yaml(ackTimeout);
        SimulatedHost.Broken broken = switch (mutation) {
            case NO_JOURNAL_BEFORE_EXEC -> SimulatedHost.Broken.STARTED_EARLY;
            case NO_SETTLE_BEFORE_PURGE -> SimulatedHost.Broken.RELEASED_EARLY;
            default -> SimulatedHost.Broken.NOTHING;
        };
        this.hosts = IntStream.rangeClosed(1, agents)
                .mapToObj(n -> new SimulatedHost(new MinionId("m" + n), chance, this, ackTimeout, broken))
                .toList();
        this.client = new Client(
                always,
                chance,
                oracle,
                chronicle,
                () -> Optional.ofNullable(session),
                hosts.stream().map(SimulatedHost::minion).toList());
    }

    private String yaml(Duration ackTimeout) {
        return String.join(
                "\n",
                "max_message_expired_time: 10s",
                "channel_capacity: " + chance.oneOf(List.of(1, 2, 3, 64)),
                "ack_timeout: " + ackTimeout.toMillis() + "ms",
                "kill_grace: 500ms",
                "report_grace: " + chance.between(1_000, 5_000) + "ms",
                "sweep_interval: " + chance.between(50, 1_000) + "ms",
                "uncontrollable_after: " + chance.between(1, 60) + "s",
                "socket: /simulation");
    }

    Storm storm() {
        return weather.storm();
    }

    Chronicle chronicle() {
        return chronicle;
    }

    Faults faults() {
        return faults;
    }

    Oracle oracle() {
        return oracle;
    }

    void complain(String what) {
        oracle.complain(what);
    }

    @Nullable
    String complaint() {
        return oracle.complaint();
    }

    // Lives.

    void begin() {
        note("storm", storm().toString());
        startBus();
        hosts.forEach(this::startAgent);
        plan();
        always.after(weather.untilNextBlow(), this::blow);
    }

    /** What the client will do in the storm: now and then, or much of it at once. */
    private void plan() {
        Duration busy = chance.is(0.5) ? storm().length() : storm().length().dividedBy(10);
        int jobs = chance.between(1, chance.oneOf(List.of(3, 12, 40)));
        for (int i = 0; i < jobs; i++) {
            always.after(chance.between(Duration.ZERO, busy), client::submit);
        }
        int cancels = chance.between(0, 6);
        for (int i = 0; i < cancels; i++) {
            always.after(chance.between(Duration.ZERO, storm().length()), client::cancel);
        }
    }

    private void startBus() {
        Life life = new Life("bus-" + ++lives, time, chance);
        busLife = life;
        oracle.busStarts();
        note(life, "starts");
        life.onEnd(() -> {
            note(life, "is over");
            bus = null;
            session = null;
            always.after(chance.upTo(LONGEST_DOWN), this::startBus);
        });
        SimulatedStore store = mutation == Mutation.NO_MAYBE_GRANTED || mutation == Mutation.NO_ENDS_OF_SESSIONS
                ? new ForgetfulStore(disk, life, chance, this, mutation)
                : new SimulatedStore(disk, life, chance, this);
        SimulatedBus.start(
                        busYaml,
                        store,
                        store,
                        store::queued,
                        wall(busClock),
                        time::nanos,
                        life.thread(),
                        life.thread(),
                        random)
                .subscribe(new Then<>(started -> open(life, started)));
    }

    private void open(Life life, SimulatedBus started) {
        if (life.isOver()) {
            return;
        }
        note(life, "is open");
        bus = started;
        healthySince = time.nanos();
        Peer peer = new Peer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 2),
                Optional.of(new Credentials(0, 0, 1)),
                new Nobody(),
                task -> life.after(Duration.ZERO, task));
        started.clients()
                .accept(Setup.client("1"), Encoding.CBOR, peer)
                .subscribe(new Then<>(socket -> session = new Client.Connection(life, socket)));
    }

    private void startAgent(SimulatedHost host) {
        Life life = new Life(host.minion() + "-" + ++lives, time, chance);
        agents.put(host.minion(), life);
        note(life, "starts");
        life.onEnd(() -> {
            note(life, "is over");
            always.after(chance.upTo(LONGEST_DOWN), () -> startAgent(host));
        });
        host.start(life, Mono.defer(() -> connection(host.minion(), life)));
    }

    private Mono<RSocket> connection(MinionId minion, Life agent) {
        return Mono.<RSocket>create(sink -> agent.after(weather.latency(), () -> {
            SimulatedBus open = bus;
            if (open == null || unreachable.contains(minion)) {
                sink.error(new QcmdException(ErrorCode.UNREACHABLE, "nobody answers"));
            } else {
                String name = minion + "=" + ++connections;
                note(name, agent + " connects to " + busLife);
                Cable cable = new Cable(
                        name,
                        open.agents(),
                        crossing,
                        minion,
                        agent,
                        busLife,
                        new Pipe(time, weather, busLife, faults),
                        new Pipe(time, weather, agent, faults));
                cables.put(minion, cable);
                sink.success(cable.connect(Setup.agent(minion, "1")));
            }
        }));
    }

    private Clock wall(Duration offset) {
        return new Clock() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }

            @Override
            public long millis() {
                return always.wallMillis() + offset.toMillis();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    // The storm.

    private void blow() {
        if (weather.isCalm()) {
            return;
        }
        always.after(weather.untilNextBlow(), this::blow);
        if (!storm().blows().isEmpty()) {
            blow(chance.oneOf(storm().blows()), chance.oneOf(hosts));
        }
    }

    private void blow(Storm.Blow blow, SimulatedHost host) {
        Life agent = agents.getOrDefault(host.minion(), always);
        note("storm", blow + " " + host.minion());
        if (hits(blow, host.minion(), agent)) {
            faults.happened(blow.name());
        }
        switch (blow) {
            case CUT -> cut(host.minion());
            case BUS_CRASH -> end(busLife);
            case AGENT_CRASH -> end(agent);
            case POWER_CUT -> {
                end(agent);
                host.powerCut();
            }
            case JOURNAL_LOST -> {
                end(agent);
                host.loseJournal();
            }
            case BUS_FROZEN -> freeze(busLife);
            case AGENT_FROZEN -> freeze(agent);
            case BUS_CLOCK -> busClock = Duration.ofMillis(chance.between(-3_600_000, 3_600_000));
            case AGENT_CLOCK -> host.clockOffset(Duration.ofMillis(chance.between(-3_600_000, 3_600_000)));
            case BUS_DISK_FULL -> busDiskFull = !busDiskFull;
            case AGENT_DISK_FULL -> host.diskFull(chance.is(0.5));
            case UNREACHABLE -> {
                if (!unreachable.remove(host.minion())) {
                    unreachable.add(host.minion());
                    cut(host.minion());
                }
            }
        }
    }

    /** Whether there is something to break. Who goes down while nobody lives on that host is found later by what is lost. */
    private boolean hits(Storm.Blow blow, MinionId minion, Life agent) {
        Cable cable = cables.get(minion);
        return switch (blow) {
            case CUT -> cable != null && cable.isOpen();
            case BUS_CRASH, BUS_FROZEN -> lives(busLife);
            case AGENT_CRASH, AGENT_FROZEN, POWER_CUT, JOURNAL_LOST -> lives(agent);
            case UNREACHABLE -> !unreachable.contains(minion);
            case BUS_CLOCK, AGENT_CLOCK, BUS_DISK_FULL, AGENT_DISK_FULL -> true;
        };
    }

    private boolean lives(Life life) {
        return life != always && !life.isOver();
    }

    private void end(Life life) {
        if (life != always) {
            life.end();
        }
    }

    private void freeze(Life life) {
        if (life != always) {
            life.freeze(chance.upTo(Duration.ofSeconds(15)));
        }
    }

    private void cut(MinionId minion) {
        Cable cable = cables.get(minion);
        if (cable != null) {
            cable.breaks(weather.grace());
        }
    }

    /** All faults are over; whatever was connected connects anew. */
    void calm() {
        note("storm", "is over");
        weather.calms();
        client.rest();
        busDiskFull = false;
        healthySince = time.nanos();
        unreachable.clear();
        hosts.forEach(host -> host.diskFull(false));
        cables.values().forEach(cable -> cable.breaks(Duration.ZERO));
    }

    // What is looked at now and then.

    void look() {
        SimulatedBus running = bus;
        healthySince = Math.max(healthySince, busLife.frozenUntil());
        if (running == null || busDiskFull) {
            healthySince = time.nanos();
        } else if (time.nanos() - healthySince > HEALTHY_AFTER.toNanos()) {
            oracle.inTime(running.now() - HEALTHY_AFTER.toMillis());
        }
    }

    boolean isAtRest() {
        return bus != null
                && client.isAtRest()
                && oracle.isComplete()
                && hosts.stream().allMatch(host -> host.unsettled().isEmpty());
    }

    String unrest() {
        return "complete " + oracle.isComplete() + ", read to the end " + client.isAtRest() + ", journals "
                + hosts.stream()
                        .map(host -> host.minion() + " " + host.unsettled())
                        .toList();
    }

    // What happens on the way.

    @Override
    public Duration slowestCommit() {
        return storm().slowestCommit();
    }

    @Override
    public boolean full() {
        if (busDiskFull) {
            faults.happened("a commit finds the disk of the bus full");
        }
        return busDiskFull;
    }

    @Override
    public boolean fails() {
        boolean fails = weather.failsFsyncHere();
        if (fails) {
            faults.happened("an fsync of the bus fails");
        }
        return fails;
    }

    @Override
    public void broken(Life life) {
        note(life, "its store has failed");
        always.after(chance.upTo(Duration.ofMillis(20)), life::end);
    }

    @Override
    public void step(Life life, String what) {
        boolean crashes = life == busLife ? weather.crashesBusHere() : weather.crashesAgentHere();
        if (crashes && !life.isOver()) {
            note(life, "crashes " + what);
            faults.happened((life == busLife ? "BUS" : "AGENT") + "_CRASH " + what.replaceFirst(" of \\d+$", ""));
            life.end();
        }
    }

    @Override
    public void recorded(JobId job) {
        oracle.recorded(job);
    }

    @Override
    public void connected(MinionId minion) {
        oracle.connected(minion);
    }

    @Override
    public void settled(FateRecord fate) {
        note("disk", fate.job() + " " + fate.minion() + " " + fate.state() + (fate.late() ? " late" : ""));
        oracle.settled(fate);
    }

    @Override
    public void refused(String what, Throwable why) {
        note("disk", "refuses " + what + ": " + why.getMessage());
    }

    @Override
    public void executed(MinionId minion, JobId job) {
        note(minion, "runs " + job);
        oracle.executed(minion, job);
    }

    @Override
    public void kept(MinionId minion, Return result) {
        oracle.kept(minion, result);
    }

    @Override
    public void released(MinionId minion, JobId job) {
        note(minion, "drops " + job);
        oracle.released(minion, job);
    }

    @Override
    public void lost(MinionId minion) {
        oracle.lost(minion);
    }

    @Override
    public void suffered(String fault) {
        faults.happened(fault);
    }

    @Override
    public void note(Object who, String what) {
        chronicle.note(who, what);
    }

    /** Takes the one value. */
    private final class Then<T> extends BaseSubscriber<T> {
        private final Consumer<T> taken;

        Then(Consumer<T> taken) {
            this.taken = taken;
        }

        @Override
        protected void hookOnNext(T value) {
            taken.accept(value);
        }

        @Override
        protected void hookOnError(Throwable error) {
            complain("the bus does not start: " + error);
        }
    }

    /** A client's connection that never breaks by itself. */
    private static final class Nobody implements Peer.Connection {
        private final Sinks.Empty<Void> over = Sinks.empty();

        @Override
        public void close(QcmdException why) {}

        @Override
        public void dispose() {}

        @Override
        public Mono<Void> onClose() {
            return over.asMono();
        }
    }
}
