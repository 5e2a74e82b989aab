package io.qcmd.agent;

import reactor.core.publisher.BaseSubscriber;

/** Waits for what never ends. */
final class Forever extends BaseSubscriber<Void> {
    @Override
    protected void hookOnError(Throwable error) {
        throw new IllegalStateException("an agent has given up", error);
    }
}
