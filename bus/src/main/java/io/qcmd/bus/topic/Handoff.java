package io.qcmd.bus.topic;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * The hand-off of one session: a rendezvous without a buffer. An element is taken only if the subscriber has asked for it, in the same call; else it stays
 * where it is. A session that ends takes its hand-off with it; the Channel stays.
 *
 * <p>{@code directBestEffort} registers its subscriber after {@code onSubscribe}, and its demand after {@code doOnRequest}: therefore the Channel is asked to
 * offer again once {@code subscribe} has returned and once each {@code request} has gone upstream.
 */
final class Handoff {
    private final Sinks.Many<Envelope> sink = Sinks.many().multicast().directBestEffort();
    private final Link link;

    Handoff(Link link) {
        this.link = link;
    }

    Link link() {
        return link;
    }

    /** Emits against demand: false, and nothing happened, when nobody is asking. */
    boolean offer(Envelope envelope) {
        return sink.tryEmitNext(envelope).isSuccess();
    }

    /** Ends the stream; harmless when it has ended. */
    void complete() {
        Sinks.EmitResult ended = sink.tryEmitComplete();
        assert ended != Sinks.EmitResult.FAIL_NON_SERIALIZED : "a hand-off is touched within turns only";
    }

    /** What the session subscribes to; {@code offerAgain} runs whenever there may be new demand. */
    Flux<Envelope> envelopes(Runnable offerAgain) {
        return new OfferOnDemand(sink.asFlux(), offerAgain);
    }

    private static final class OfferOnDemand extends FluxOperator<Envelope, Envelope> {
        private final Runnable offerAgain;

        OfferOnDemand(Flux<Envelope> source, Runnable offerAgain) {
            super(source);
            this.offerAgain = offerAgain;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Envelope> actual) {
            source.subscribe(new Demand(actual, offerAgain));
            offerAgain.run();
        }
    }

    private static final class Demand implements CoreSubscriber<Envelope>, Subscription {
        private final CoreSubscriber<? super Envelope> actual;
        private final Runnable offerAgain;
        private @Nullable Subscription upstream;

        Demand(CoreSubscriber<? super Envelope> actual, Runnable offerAgain) {
            this.actual = actual;
            this.offerAgain = offerAgain;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(Envelope envelope) {
            actual.onNext(envelope);
        }

        @Override
        public void onError(Throwable error) {
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }

        @Override
        public void request(long n) {
            if (upstream != null) {
                upstream.request(n);
                offerAgain.run();
            }
        }

        @Override
        public void cancel() {
            if (upstream != null) {
                upstream.cancel();
            }
        }
    }
}
