package io.qcmd.bench;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.WireCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Live views: what a viewer costs the agents and the heap. Everything of a bus but the network, over a ledger on disk.
 *
 * <pre>LiveViewBench [minions 10000] [viewers 100] [targets of their job 20000]</pre>
 */
public final class LiveViewBench {
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);
    private static final int ROUNDS = 5;
    private static final int WATCHED = 5_000;
    private static final LiveAgent.Work BURST = new LiveAgent.Work(3, Bytes.wrap(new byte[512]), Duration.ZERO);
    private static final LiveAgent.Work STEADY =
            new LiveAgent.Work(20, Bytes.wrap(new byte[128]), Duration.ofSeconds(1));
    private static final LiveAgent.Work SHORT = new LiveAgent.Work(1, Bytes.wrap(new byte[128]), Duration.ZERO);

    private static final LiveAgent.Work TRICKLE =
            new LiveAgent.Work(1, Bytes.wrap(new byte[128]), Duration.ofSeconds(5));

    private LiveViewBench() {}

    public static void main(String[] args) throws IOException {
        int minions = number(args, 0, 10_000);
        int viewers = number(args, 1, 100);
        int targets = number(args, 2, 20_000);
        Path directory = Files.createTempDirectory("qcmd-live");
        try {
            try (LiveBus bus = new LiveBus(directory.resolve("watched"), WATCHED)) {
                reads(bus);
            }
            try (LiveBus bus = new LiveBus(directory.resolve("live"), minions)) {
                rounds(bus, minions);
                heap(bus, minions);
            }
            try (LiveBus bus = new LiveBus(directory.resolve("many"), targets)) {
                manyViewers(bus, targets, viewers);
            }
        } finally {
            delete(directory);
        }
        System.exit(0);
    }

    /** How often the ledger is read for one job that somebody watches: all results at once, and over 10 s. */
    private static void reads(LiveBus bus) {
        for (LiveAgent.Work work : List.of(SHORT, TRICKLE)) {
            long before = bus.reads();
            LiveBus.Run run = bus.run(work);
            new Viewer(bus, run.job(), true).unlimited().awaitEnd();
            print(
                    "pages read for a watched job of %,d targets that end within %d s: %,d",
                    WATCHED, 2 * work.pause().toSeconds(), bus.reads() - before);
        }
    }

    /** What the agents notice of a viewer. */
    private static void rounds(LiveBus bus, int minions) {
        print("%nround of %,d minions with output, submit to the last SETTLED, median of %d [ms]", minions, ROUNDS);
        Map<Pace, List<Long>> took = new HashMap<>();
        for (int round = -2; round < ROUNDS; round++) {
            for (Pace pace : Pace.values()) {
                long millis = round(bus, pace);
                if (round >= 0) {
                    took.computeIfAbsent(pace, any -> new ArrayList<>()).add(millis);
                }
            }
        }
        long alone = median(Objects.requireNonNull(took.get(Pace.NOBODY)));
        for (Pace pace : Pace.values()) {
            List<Long> all = Objects.requireNonNull(took.get(pace));
            print("  %-26s %,6d   %.2f x   %s", pace.text, median(all), (double) median(all) / alone, all);
        }
    }

    private enum Pace {
        NOBODY("no viewer"),
        NEVER("a viewer that never reads"),
        SECOND("one message per second"),
        UNLIMITED("as fast as it can");

        private final String text;

        Pace(String text) {
            this.text = text;
        }
    }

    private static long round(LiveBus bus, Pace pace) {
        long begun = System.nanoTime();
        LiveBus.Run run = bus.run(BURST);
        Viewer viewer = new Viewer(bus, run.job(), pace != Pace.NOBODY);
        if (pace == Pace.SECOND) {
            viewer.everySecond();
        } else if (pace == Pace.UNLIMITED) {
            viewer.unlimited();
        }
        LiveBus.await(run.ends());
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        viewer.dispose();
        return took;
    }

    /** Whether the heap stays flat while much more comes than the viewer reads, and whether it can read all of it later. */
    private static void heap(LiveBus bus, int minions) {
        print("%n%,d lines per second for 20 s, one viewer at one message per second: live heap [MiB]", minions);
        long before = usedMebibytes();
        LiveBus.Run run = bus.run(STEADY);
        Viewer viewer = new Viewer(bus, run.job(), true).everySecond();
        List<Long> heap = Objects.requireNonNull(Flux.interval(Duration.ofSeconds(2), Schedulers.boundedElastic())
                .onBackpressureDrop()
                .map(tick -> usedMebibytes())
                .takeUntilOther(run.ends())
                .collectList()
                .block());
        print("  before %d, while it runs %s", before, heap);
        print("  agents done; the viewer has read %,d messages, %,d pieces", viewer.pages, viewer.pieces);
        long begun = System.nanoTime();
        viewer.unlimited().awaitEnd();
        print(
                "  the rest in %,d ms: %,d pieces in all, %,d gaps marked, %,d ends; wanted %,d, %,d, %,d",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
                viewer.pieces,
                viewer.gaps,
                viewer.ends,
                (long) minions * STEADY.pieces(),
                minions,
                minions);
    }

    /** Whether the heap is bounded with many viewers, each at its own speed. */
    private static void manyViewers(LiveBus bus, int targets, int viewers) {
        print("%n%d viewers of one job with %,d targets, each at its own speed: live heap [MiB]", viewers, targets);
        long before = usedMebibytes();
        long reads = bus.reads();
        LiveBus.Run run = bus.run(SHORT);
        List<Viewer> all = IntStream.range(0, viewers)
                .mapToObj(i -> new Viewer(bus, run.job(), true).every(Duration.ofMillis(5L * i)))
                .toList();
        List<Long> heap = Collections.synchronizedList(new ArrayList<>());
        Disposable sampling = Flux.interval(Duration.ofSeconds(2), Schedulers.boundedElastic())
                .onBackpressureDrop()
                .subscribe(tick -> heap.add(usedMebibytes()));
        long begun = System.nanoTime();
        LiveBus.await(run.ends());
        long settled = System.nanoTime();
        all.forEach(Viewer::awaitEnd);
        long read = System.nanoTime();
        sampling.dispose();
        print("  before %d, while they read %s, after %d", before, heap, usedMebibytes());
        print(
                "  agents done after %,d ms, the slowest viewer after %,d ms; %,d pages read; every viewer saw each target once: %b",
                TimeUnit.NANOSECONDS.toMillis(settled - begun),
                TimeUnit.NANOSECONDS.toMillis(read - begun),
                bus.reads() - reads,
                all.stream().allMatch(viewer -> viewer.ends == targets));
    }

    /** A client as the bus sees it: it asks for pages, which are made into bytes and gone. */
    private static final class Viewer extends BaseSubscriber<ResultPage> {
        private final Mono<Long> end;
        private final AtomicLong bytes = new AtomicLong();
        private Disposable pace = () -> {};
        private volatile long pages;
        private volatile long pieces;
        private volatile long gaps;
        private volatile long ends;

        Viewer(LiveBus bus, JobId job, boolean open) {
            Sinks.One<Long> over = Sinks.one();
            end = over.asMono();
            if (open) {
                bus.history
                        .results(new ResultQuery(job, 0, true, true, List.of()))
                        .doFinally(signal -> over.tryEmitValue(pages).orThrow())
                        .subscribe(this);
            }
        }

        Viewer unlimited() {
            pace.dispose();
            request(Long.MAX_VALUE);
            return this;
        }

        Viewer everySecond() {
            return every(Duration.ofSeconds(1));
        }

        Viewer every(Duration pause) {
            if (pause.isZero()) {
                return unlimited();
            }
            pace = Flux.interval(pause, Schedulers.parallel())
                    .onBackpressureDrop()
                    .subscribe(tick -> request(1));
            return this;
        }

        void awaitEnd() {
            LiveBus.await(end);
            pace.dispose();
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // Asks when it is told to.
        }

        // One page after the other.
        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        protected void hookOnNext(ResultPage page) {
            bytes.addAndGet(CODEC.encode(page).length);
            pages++;
            pieces += page.output().size();
            gaps += page.output().stream()
                    .filter(piece -> piece.offset() >= 1_000_000)
                    .count();
            ends += page.fates().size();
        }
    }

    private static long usedMebibytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    private static long median(List<Long> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    private static int number(String[] args, int index, int usual) {
        return args.length > index ? Integer.parseInt(args[index]) : usual;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, Arrays.copyOf(values, values.length)));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
