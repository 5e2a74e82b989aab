package io.qcmd.bench;

import io.qcmd.bench.Views.Crowd;
import io.qcmd.bench.Views.Flood;
import io.qcmd.bench.Views.Heap;
import io.qcmd.bench.Views.Reading;
import io.qcmd.bench.Views.Round;
import io.qcmd.protocol.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Live views: what viewers cost the ledger, the agents and the heap. All in this process, the ledger on disk. */
@Command(
        name = "views",
        mixinStandardHelpOptions = true,
        description =
                "What it costs to watch jobs live: everything of a bus but the network, and agents that say what real ones say.")
final class ViewsBench implements Callable<Integer> {
    private static final int WATCHED = 5_000;
    private static final int WARM_UP = 2;
    /** By which each viewer of a crowd is slower than the one before. */
    private static final int MILLIS_APART = 5;

    private static final LiveAgent.Work BURST = new LiveAgent.Work(3, Bytes.wrap(new byte[512]), Duration.ZERO);
    private static final LiveAgent.Work SHORT = new LiveAgent.Work(1, Bytes.wrap(new byte[128]), Duration.ZERO);
    private static final int STEADY_LINES = 20;

    @Option(
            names = "--minions",
            defaultValue = "10000",
            paramLabel = "N",
            description = "Minions whose output is watched (${DEFAULT-VALUE}).")
    private int minions;

    @Option(
            names = "--viewers",
            defaultValue = "100",
            paramLabel = "N",
            description = "Viewers of one job (${DEFAULT-VALUE}).")
    private int viewers;

    @Option(
            names = "--targets",
            defaultValue = "20000",
            paramLabel = "N",
            description = "Targets of that job (${DEFAULT-VALUE}).")
    private int targets;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "Rounds that count (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--pause",
            defaultValue = "1000",
            paramLabel = "MILLIS",
            description =
                    "Between two lines of a minion that has many (${DEFAULT-VALUE}); the heap is looked at after every second one.")
    private int pauseMillis;

    @Mixin
    private LedgerOptions options = new LedgerOptions();

    /** How a viewer of a round reads. */
    enum Pace {
        NOBODY("no viewer", viewer -> {}),
        NEVER("a viewer that never reads", viewer -> {}),
        SECOND("one page per second", viewer -> viewer.every(Duration.ofSeconds(1))),
        UNLIMITED("as fast as it can", Viewer::unlimited);

        private final String text;
        private final Consumer<Viewer> reading;

        Pace(String text, Consumer<Viewer> reading) {
            this.text = text;
            this.reading = reading;
        }

        String text() {
            return text;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (Stream.of(minions, viewers, targets, rounds, pauseMillis).anyMatch(number -> number < 1)) {
            throw options.refused("minions, viewers, targets, rounds and pause: use 1 at least");
        }
        Views views = measured();
        options.print(views, Map.of("figures", views, "goals", views.goals()));
        return options.exit(views.goals().stream().allMatch(Goal::met));
    }

    private Views measured() throws IOException {
        try (Workplace place = options.workplace()) {
            Host host = Host.of(place.path());
            List<Reading> readings;
            List<Round> took;
            Flood flood;
            try (LiveBus bus = new LiveBus(place.path().resolve("watched"), Math.min(minions, WATCHED))) {
                options.phase("one viewer");
                readings = Stream.of(SHORT, trickle())
                        .map(work -> reading(bus, work))
                        .toList();
            }
            try (LiveBus bus = new LiveBus(place.path().resolve("live"), minions)) {
                options.phase(WARM_UP + " rounds to warm up, then " + rounds);
                took = rounds(bus);
                options.phase("many lines");
                flood = flood(bus);
            }
            try (LiveBus bus = new LiveBus(place.path().resolve("many"), targets)) {
                options.phase("many viewers");
                return new Views(host, readings, minions, took, flood, crowd(bus));
            }
        }
    }

    private Reading reading(LiveBus bus, LiveAgent.Work work) {
        long before = bus.reads();
        Viewer viewer = Viewer.of(bus, bus.run(work).job()).unlimited();
        LiveBus.await(viewer.end());
        long seconds = 2 * work.pause().toSeconds();
        return new Reading(Math.min(minions, WATCHED), seconds, viewer.pieces() + viewer.ends(), bus.reads() - before);
    }

    /** The paces take turns: what else the machine does meets all of them. */
    private List<Round> rounds(LiveBus bus) {
        Map<Pace, List<Long>> nanos = new EnumMap<>(Pace.class);
        for (int round = 0; round < WARM_UP + rounds; round++) {
            for (Pace pace : Pace.values()) {
                long took = round(bus, pace);
                if (round >= WARM_UP) {
                    nanos.computeIfAbsent(pace, any -> new ArrayList<>()).add(took);
                }
            }
        }
        double alone = spread(nanos, Pace.NOBODY).median();
        return Stream.of(Pace.values())
                .map(pace -> new Round(
                        pace.text, spread(nanos, pace), spread(nanos, pace).median() / alone))
                .toList();
    }

    private static Spread spread(Map<Pace, List<Long>> nanos, Pace pace) {
        return Spread.of(Objects.requireNonNull(nanos.get(pace)));
    }

    private static long round(LiveBus bus, Pace pace) {
        long begun = System.nanoTime();
        LiveBus.Run run = bus.run(BURST);
        if (pace == Pace.NOBODY) {
            LiveBus.await(run.ends());
            return System.nanoTime() - begun;
        }
        Viewer viewer = Viewer.of(bus, run.job());
        pace.reading.accept(viewer);
        LiveBus.await(run.ends());
        long took = System.nanoTime() - begun;
        viewer.leave();
        return took;
    }

    /** Whether the heap stays flat while much more comes than the viewer reads, and whether it can read all of it later. */
    private Flood flood(LiveBus bus) {
        long before = usedMebibytes();
        LiveBus.Run run = bus.run(steady());
        Viewer viewer = Viewer.of(bus, run.job()).every(Duration.ofSeconds(1));
        List<Long> heap = new CopyOnWriteArrayList<>();
        Disposable looks = looking(heap);
        LiveBus.await(run.ends());
        looks.dispose();
        long read = viewer.pieces();
        long begun = System.nanoTime();
        LiveBus.await(viewer.unlimited().end());
        return new Flood(
                (long) minions * STEADY_LINES,
                Heap.of(before, heap),
                read,
                millisSince(begun),
                viewer.pieces(),
                viewer.gaps(),
                viewer.ends(),
                minions);
    }

    /** Whether the heap is bounded with many viewers. */
    private Crowd crowd(LiveBus bus) {
        long before = usedMebibytes();
        long reads = bus.reads();
        LiveBus.Run run = bus.run(SHORT);
        List<Viewer> all = IntStream.range(0, viewers)
                .mapToObj(i -> Viewer.of(bus, run.job()).every(Duration.ofMillis((long) MILLIS_APART * i)))
                .toList();
        List<Long> heap = new CopyOnWriteArrayList<>();
        Disposable looks = looking(heap);
        long begun = System.nanoTime();
        LiveBus.await(run.ends());
        long agentsMillis = millisSince(begun);
        long settled = System.nanoTime();
        all.forEach(viewer -> LiveBus.await(viewer.end()));
        long viewersMillis = millisSince(settled);
        looks.dispose();
        long incomplete =
                all.stream().filter(viewer -> viewer.ends() != targets).count();
        return new Crowd(
                viewers, targets, Heap.of(before, heap), agentsMillis, viewersMillis, bus.reads() - reads, incomplete);
    }

    private LiveAgent.Work steady() {
        return new LiveAgent.Work(STEADY_LINES, Bytes.wrap(new byte[128]), Duration.ofMillis(pauseMillis));
    }

    private LiveAgent.Work trickle() {
        return new LiveAgent.Work(
                1, Bytes.wrap(new byte[128]), Duration.ofMillis(pauseMillis).multipliedBy(5));
    }

    private Disposable looking(List<Long> heap) {
        return Flux.interval(Duration.ofMillis(pauseMillis).multipliedBy(2), Schedulers.boundedElastic())
                .onBackpressureDrop()
                .subscribe(tick -> heap.add(usedMebibytes()));
    }

    private static long usedMebibytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    private static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }
}
