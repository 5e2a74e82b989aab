package io.qcmd.bench;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.WireCodec;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A client as the bus sees it: it asks for pages at its own pace, which are made into bytes and gone. */
final class Viewer extends BaseSubscriber<ResultPage> {
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);

    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Disposable.Swap pace = Disposables.swap();
    private volatile long bytes;
    private volatile long pages;
    private volatile long pieces;
    private volatile long gaps;
    private volatile long ends;

    private Viewer() {}

    /** Of a job, from its beginning to its end; reads nothing yet. */
    static Viewer of(LiveBus bus, JobId job) {
        Viewer viewer = new Viewer();
        bus.history
                .results(new ResultQuery(job, 0, true, true, List.of()))
                .doFinally(signal -> viewer.end.tryEmitEmpty().orThrow())
                .subscribe(viewer);
        return viewer;
    }

    /** From now on as fast as it can. */
    Viewer unlimited() {
        pace.update(Disposables.disposed());
        request(Long.MAX_VALUE);
        return this;
    }

    /** One page after each pause; without a pause as fast as it can. */
    Viewer every(Duration pause) {
        if (pause.isZero()) {
            return unlimited();
        }
        pace.update(
                Flux.interval(pause, Schedulers.parallel()).onBackpressureDrop().subscribe(tick -> request(1)));
        return this;
    }

    /** It has read all of it. */
    Mono<Void> end() {
        return end.asMono().doFinally(signal -> pace.dispose());
    }

    void leave() {
        pace.dispose();
        dispose();
    }

    long pages() {
        return pages;
    }

    /** Of output. */
    long pieces() {
        return pieces;
    }

    /** Pieces that begin where the one before did not end. */
    long gaps() {
        return gaps;
    }

    /** Targets that have ended. */
    long ends() {
        return ends;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // Asks when it is told to.
    }

    // One page after the other.
    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate")
    protected void hookOnNext(ResultPage page) {
        bytes += CODEC.encode(page).length;
        pages++;
        pieces += page.output().size();
        gaps += page.output().stream()
                .filter(piece -> piece.offset() >= LiveAgent.TAIL)
                .count();
        ends += page.fates().size();
    }
}
