package io.qcmd.bus.gate;

import io.qcmd.protocol.Limits;
import io.rsocket.Payload;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Takes in the frames of one agent, each before the next one; only the waiting for commits overlaps. A frame is credited again when it is dealt with, and the credit goes
 * back in batches: rsocket-core makes a frame of each request, which would be one down for each one up.
 */
final class Intake extends BaseSubscriber<Payload> {
    private static final int BATCH = Limits.REPORT_DEMAND / 4;

    private final Function<Payload, Mono<Void>> report;
    private final MonoSink<Void> end;
    private final AtomicInteger dealtWith = new AtomicInteger();
    /** Frames that wait for a commit, and one for the stream itself. */
    private final AtomicInteger underway = new AtomicInteger(1);
    /** It was told how this ended, or nobody wants to know any more. */
    private final AtomicBoolean told = new AtomicBoolean();

    private Intake(Function<Payload, Mono<Void>> report, MonoSink<Void> end) {
        this.report = report;
        this.end = end;
    }

    /**
     * Completes when the frames end and all are dealt with; fails with the first that cannot be.
     *
     * @param report takes a frame in; completes when it is dealt with
     */
    static Mono<Void> of(Publisher<Payload> frames, Function<Payload, Mono<Void>> report) {
        return Mono.create(end -> {
            Intake intake = new Intake(report, end);
            frames.subscribe(intake);
            MonoSink<Void> cancellable = end.onDispose(intake::end);
            assert cancellable == end;
        });
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(Limits.REPORT_DEMAND);
    }

    @Override
    protected void hookOnNext(Payload frame) {
        underway.getAndIncrement();
        try {
            report.apply(frame).subscribe(new Frame());
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    @Override
    protected void hookOnComplete() {
        over();
    }

    @Override
    protected void hookOnError(Throwable error) {
        fail(error);
    }

    private void end() {
        told.set(true);
        dispose();
    }

    /** What comes after the first failure is its consequence, or of a session that is no more. */
    private void fail(Throwable error) {
        if (told.compareAndSet(false, true)) {
            end.error(error);
        }
    }

    private void over() {
        if (underway.decrementAndGet() == 0) {
            end.success();
        }
    }

    private void credit() {
        if (dealtWith.incrementAndGet() % BATCH == 0) {
            request(BATCH);
        }
        over();
    }

    /** One frame that was taken in. */
    private final class Frame extends BaseSubscriber<Void> {
        @Override
        protected void hookOnComplete() {
            credit();
        }

        @Override
        protected void hookOnError(Throwable error) {
            fail(error);
        }
    }
}
