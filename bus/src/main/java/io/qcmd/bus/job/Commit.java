package io.qcmd.bus.job;

import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Runs something when a write is on disk. A failed write ends the bus, by the store's own signal, and is not told here once more. */
final class Commit extends BaseSubscriber<Object> {
    private final Runnable then;

    Commit(Runnable then) {
        this.then = then;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    protected void hookOnComplete() {
        then.run();
    }

    @Override
    protected void hookOnError(Throwable error) {}
}
