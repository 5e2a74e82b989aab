package io.qcmd.bus.callback;

import io.qcmd.bus.callback.Courier.Delivery;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.bus.store.CallbackRecord;
import java.time.Clock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One endpoint. What is due goes out, some at a time; after a failure the lane rests, longer after each, and then a single callback tries whether the endpoint is
 * back. Each callback has its own pauses beside that, so that one that is never taken does not hold up the others. Thread-safe.
 */
final class Lane {
    /** Callbacks in memory: at most half a MiB each. */
    static final int PAGE = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final String endpoint;
    private final CallbackSettings settings;
    private final Pauses pauses;
    private final CallbackOutbox outbox;
    private final Courier courier;
    private final Clock clock;
    private final Consumer<String> errors;

    // Guarded by this.
    private boolean busy;
    private boolean more;
    private int failures;
    private long restsUntil;

    /** @param errors hears why a try failed, for people */
    Lane(
            String endpoint,
            CallbackSettings settings,
            Pauses pauses,
            CallbackOutbox outbox,
            Courier courier,
            Clock clock,
            Consumer<String> errors) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.pauses = pauses;
        this.outbox = outbox;
        this.courier = courier;
        this.clock = clock;
        this.errors = errors;
    }

    /** Tries what is due until there is nothing more, or it has to rest; completes at once if it is at it already. */
    Mono<Void> round() {
        return Mono.defer(() ->
                enter() ? Mono.defer(this::page).repeat(this::goesOn).then().doFinally(end -> leave()) : Mono.empty());
    }

    private synchronized boolean enter() {
        if (busy || rests()) {
            return false;
        }
        busy = true;
        return true;
    }

    private synchronized void leave() {
        busy = false;
    }

    private synchronized boolean rests() {
        return clock.millis() < restsUntil;
    }

    private synchronized boolean goesOn() {
        return more && !rests();
    }

    private synchronized int room() {
        return failures > 0 ? 1 : PAGE;
    }

    private Mono<Void> page() {
        int room = room();
        return outbox.due(endpoint, clock.millis(), room)
                .flatMapDelayError(
                        callback -> attempt(callback).thenReturn(callback),
                        settings.callbacksAtOnce(),
                        settings.callbacksAtOnce())
                .count()
                .doOnNext(tried -> isThereMore(tried == room))
                .then();
    }

    private synchronized void isThereMore(boolean full) {
        more = full;
    }

    /** One of the same page may have failed meanwhile. */
    private Mono<Void> attempt(CallbackRecord callback) {
        return Mono.defer(
                () -> rests() ? Mono.empty() : courier.deliver(callback).flatMap(delivery -> keep(callback, delivery)));
    }

    private Mono<Void> keep(CallbackRecord callback, Delivery delivery) {
        if (delivery instanceof Courier.Failed failed) {
            failed(failed.why());
            return isOld(callback) ? outbox.park(callback.seq(), null) : postpone(callback);
        }
        if (delivery instanceof Courier.Refused refused) {
            failed(refused.why());
            return outbox.park(callback.seq(), audit(callback, refused.why()));
        }
        taken();
        return outbox.delivered(callback.seq());
    }

    private Mono<Void> postpone(CallbackRecord callback) {
        return outbox.postpone(callback.seq(), clock.millis() + pauses.afterMillis(callback.tries() + 1));
    }

    private boolean isOld(CallbackRecord callback) {
        return clock.millis() - callback.at() >= settings.callbackRetriesFor().toMillis();
    }

    private AuditRecord audit(CallbackRecord callback, String why) {
        return new AuditRecord(clock.millis(), "bus", "CALLBACK_REFUSED", callback.id(), endpoint + ": " + why);
    }

    private void failed(String why) {
        if (rest()) {
            LOG.warn("callbacks to {} rest: {}", endpoint, why);
        }
        errors.accept(endpoint + ": " + why);
    }

    /** Those that were under way together are one failure; true: the first of a row. */
    private synchronized boolean rest() {
        if (rests()) {
            return false;
        }
        failures++;
        restsUntil = clock.millis() + pauses.afterMillis(failures);
        return failures == 1;
    }

    private void taken() {
        if (endFailures() > 0) {
            LOG.info("callbacks to {} are taken again", endpoint);
        }
    }

    private synchronized int endFailures() {
        int before = failures;
        failures = 0;
        restsUntil = 0;
        return before;
    }
}
