package io.qcmd.bus.gate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;

/** Runs something to its end of which nobody waits for; a failure is logged. */
final class Quietly extends BaseSubscriber<Object> {
    private static final Logger log = LoggerFactory.getLogger(Quietly.class);

    private final String what;

    Quietly(String what) {
        this.what = what;
    }

    @Override
    protected void hookOnError(Throwable error) {
        log.warn("{} failed: {}", what, error.getMessage());
    }
}
