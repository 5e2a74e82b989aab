package io.qcmd.agent;

import io.netty.channel.EventLoop;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.Version;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.KeepAlive;
import io.qcmd.transport.RSocketLink;
import io.qcmd.transport.Violations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/**
 * Many agents in one process: core, connection and protocol are the real ones, the journal is in memory, and every command succeeds. They share threads and
 * event loops. Thread-safe.
 */
public final class SimulatedAgents implements AutoCloseable {
    /** Agents on their way to their first session: no queue of connections overflows. */
    private static final int CONNECTING = 256;

    private final Manner manner;
    private final List<Desk> desks;
    private final Scheduler timers = Schedulers.parallel();
    private final Violations violations = new Violations(timers);
    private final Map<String, String> facts = Facts.ofThisHost(new ProcessGroups("simulated"));
    private final Disposable.Composite links = Disposables.composite();

    /**
     * How they behave.
     *
     * @param ackTimeout longer than that of a real agent: that one process plays all of them is not their fault
     * @param reconnectLongest see agent.yaml
     * @param longestCommand a command takes a random time up to this; zero: none at all
     * @param started hears of each command when it starts; on any thread
     * @param saying by the number of a minion, what its commands say
     */
    public record Manner(
            Duration ackTimeout,
            Duration reconnectLongest,
            Duration longestCommand,
            BiConsumer<MinionId, JobId> started,
            IntFunction<Saying> saying) {
        /** As fast as they can, and so patient that a slow host has figures, too. */
        public static final Manner QUICK = saying(Duration.ZERO, number -> Saying.NOTHING);

        /** As patient, with something to say. */
        public static Manner saying(Duration longestCommand, IntFunction<Saying> saying) {
            return new Manner(
                    Duration.ofMinutes(5), Duration.ofSeconds(10), longestCommand, (minion, job) -> {}, saying);
        }

        /** They come back as real ones do. */
        public static Manner real(Duration longestCommand, BiConsumer<MinionId, JobId> started) {
            return new Manner(
                    Duration.ofMinutes(1), Duration.ofSeconds(60), longestCommand, started, number -> Saying.NOTHING);
        }

        private SessionSettings settings() {
            return new SessionSettings(
                    ackTimeout,
                    SessionSettings.DEFAULT.outputDelay(),
                    SessionSettings.DEFAULT.healthInterval(),
                    SessionSettings.DEFAULT.unsettledEntries(),
                    SessionSettings.DEFAULT.unsettledBytes());
        }

        private Supplier<Duration> lasting(RandomGenerator random) {
            return () -> longestCommand.isZero()
                    ? Duration.ZERO
                    : Duration.ofNanos(1 + random.nextLong(longestCommand.toNanos()));
        }
    }

    /** One thread for many agents: their connections and their cores, so that nothing is handed from one thread to the other. */
    private record Desk(LoopResources loop, TcpClient bus, Scheduler core) {
        static Desk of(int number, Function<LoopResources, TcpClient> bus) {
            LoopResources loop = LoopResources.create("agents-" + number, 1, true);
            EventLoop thread = loop.onClient(true).next();
            return new Desk(loop, bus.apply(loop), new LoopScheduler(thread));
        }
    }

    /** @param bus how to reach the bus, over whatever cable; over sockets on these event loops */
    public SimulatedAgents(Function<LoopResources, TcpClient> bus, Manner manner) {
        this.manner = manner;
        desks = IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(number -> Desk.of(number, bus))
                .toList();
    }

    /** The id of one of them; the first is 1. */
    public static MinionId minion(int number) {
        return new MinionId(String.format("sim-%06d", number));
    }

    /** Connects minions 1 to {@code count}, and keeps them connected; how long it took until the bus could give work to each. */
    public Mono<Duration> connect(int count) {
        return Mono.defer(() -> {
            long start = System.nanoTime();
            return Flux.range(1, count)
                    .flatMap(this::connected, CONNECTING)
                    .then(Mono.fromSupplier(() -> Duration.ofNanos(System.nanoTime() - start)));
        });
    }

    /** Ends all of them for good. */
    @Override
    public void close() {
        links.dispose();
        desks.forEach(desk -> desk.loop().dispose());
    }

    private Mono<Void> connected(int number) {
        return Mono.defer(() -> {
            Desk desk = desks.get(number % desks.size());
            Identity identity = new Identity("boot", "sim-" + number, Version.CURRENT, Map.of(), facts);
            MinionId minion = minion(number);
            RandomGenerator random = new SplittableRandom(number);
            NoCommands commands = new NoCommands(
                    job -> manner.started().accept(minion, job),
                    manner.lasting(random),
                    manner.saying().apply(number),
                    desk.core());
            MemoryJournal journal = new MemoryJournal("epoch-" + number);
            Agent agent = new Agent(identity, manner.settings(), journal, commands, desk.core());
            Backoff backoff =
                    new Backoff(Duration.ofSeconds(1), manner.reconnectLongest(), new SplittableRandom(-number));
            BusLink link = new BusLink(agent, link(desk, minion), backoff, timers);
            links.add(link.sessions().subscribe());
            return commands.asked();
        });
    }

    private RSocketLink link(Desk desk, MinionId minion) {
        return new RSocketLink(
                desk.bus(),
                GuardRules.busAtAgent(),
                Setup.agent(minion, Version.CURRENT),
                Encoding.CBOR,
                KeepAlive.DEFAULT,
                violations,
                timers);
    }
}
