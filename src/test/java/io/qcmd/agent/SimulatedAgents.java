package io.qcmd.agent;

import io.netty.channel.EventLoop;
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
import java.util.function.Function;
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
 * Many agents in one process: core, connection and protocol are the real ones, the journal is in memory, and every command succeeds at once. They share threads and
 * event loops. Thread-safe.
 */
public final class SimulatedAgents implements AutoCloseable {
    /** Agents on their way to their first session: no queue of connections overflows. */
    private static final int CONNECTING = 256;

    /** So long that a slow host has figures, too. */
    private static final SessionSettings PATIENT = new SessionSettings(
            Duration.ofMinutes(5),
            SessionSettings.DEFAULT.outputDelay(),
            SessionSettings.DEFAULT.healthInterval(),
            SessionSettings.DEFAULT.unsettledEntries(),
            SessionSettings.DEFAULT.unsettledBytes());

    private final List<Desk> desks;
    private final Scheduler timers = Schedulers.parallel();
    private final Violations violations = new Violations(timers);
    private final Map<String, String> facts = Facts.ofThisHost(new ProcessGroups("simulated"));
    private final Disposable.Composite links = Disposables.composite();

    /** One thread for many agents: their connections and their cores, so that nothing is handed from one thread to the other. */
    private record Desk(LoopResources loop, TcpClient bus, Scheduler core) {
        static Desk of(int number, Function<LoopResources, TcpClient> bus) {
            LoopResources loop = LoopResources.create("agents-" + number, 1, true);
            EventLoop thread = loop.onClient(true).next();
            return new Desk(loop, bus.apply(loop), new LoopScheduler(thread));
        }
    }

    /** @param bus how to reach the bus, over whatever cable; over sockets on these event loops */
    public SimulatedAgents(Function<LoopResources, TcpClient> bus) {
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
            NoCommands commands = new NoCommands();
            Agent agent = new Agent(identity, PATIENT, new MemoryJournal("epoch-" + number), commands, desk.core());
            Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), new SplittableRandom(number));
            BusLink link = new BusLink(agent, link(desk, minion(number)), backoff, timers);
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
