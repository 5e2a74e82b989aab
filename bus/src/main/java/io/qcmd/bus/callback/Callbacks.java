package io.qcmd.bus.callback;

import io.qcmd.bus.store.CallbackCount;
import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.protocol.BusStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Empties the outbox: once a second it looks who has anything to be told, and each {@link Lane} goes its own way. At least once, in no promised order. What is not
 * taken for {@code callback_retries_for}, and the oldest above {@code callbacks_waiting}, is parked: kept, and tried again after the next start. Thread-safe.
 */
public final class Callbacks {
    static final Duration ROUND = Duration.ofSeconds(1);
    /** Rounds that have not ended: each lane that is at work holds one. Endpoints of earlier settings have lanes too, as their callbacks have to be parked. */
    private static final int ROUNDS = 4 * CallbackSettings.MOST;

    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final CallbackSettings settings;
    private final CallbackOutbox outbox;
    private final Courier courier;
    private final Clock clock;
    private final Pauses pauses;
    private volatile BusStatus.Callbacks status = BusStatus.Callbacks.NONE;
    private volatile @Nullable String lastError;

    /** @param courier refuses what is for an endpoint that it does not know */
    public Callbacks(
            CallbackSettings settings, CallbackOutbox outbox, Courier courier, Clock clock, RandomGenerator random) {
        this.settings = settings;
        this.outbox = outbox;
        this.courier = courier;
        this.clock = clock;
        this.pauses = new Pauses(settings.callbackFirstPause(), settings.callbackLongestPause(), random);
    }

    /** Lets what was parked wait again; before {@link #start}. */
    public Mono<Void> load() {
        return outbox.counts().collectList().flatMap(counts -> {
            keep(counts);
            return status.parked() > 0 ? outbox.release(clock.millis()) : Mono.empty();
        });
    }

    /** Starts the rounds; none when there is nobody to call and nothing to tell. */
    public Disposable start(Scheduler scheduler) {
        boolean isIdle = settings.callbacks().isEmpty() && status.waiting() + status.parked() == 0;
        return isIdle
                ? Disposables.disposed()
                : Flux.interval(ROUND, scheduler)
                        .onBackpressureDrop()
                        .flatMap(tick -> round(), ROUNDS)
                        .subscribe();
    }

    /** As of the latest round. */
    public BusStatus.Callbacks status() {
        return status;
    }

    private Mono<Void> round() {
        return outbox.counts()
                .collectList()
                .doOnNext(this::keep)
                .flatMap(counts -> parkAboveTheLimit().thenReturn(counts))
                .flatMapIterable(counts -> counts)
                .filter(count -> count.waiting() > 0)
                // One lane that fails does not end the others, which are in the midst of a delivery.
                .flatMap(count -> lane(count.endpoint()).round().onErrorResume(Callbacks::ended), ROUNDS)
                .then()
                .onErrorResume(Callbacks::ended);
    }

    /** The store says BUSY, or has failed: the next round will see. */
    private static Mono<Void> ended(Throwable error) {
        LOG.debug("callbacks: a round ended early", error);
        return Mono.empty();
    }

    private void keep(List<CallbackCount> counts) {
        status = new BusStatus.Callbacks(
                counts.stream().mapToLong(CallbackCount::waiting).sum(),
                counts.stream().mapToLong(CallbackCount::parked).sum(),
                lastError);
    }

    private Mono<Void> parkAboveTheLimit() {
        long over = status.waiting() - settings.callbacksWaiting();
        if (over <= 0) {
            return Mono.empty();
        }
        lastError = "more than " + settings.callbacksWaiting() + " wait: the oldest are parked";
        LOG.warn("callbacks: {}", lastError);
        return outbox.parkOldest(over);
    }

    private Lane lane(String endpoint) {
        return lanes.computeIfAbsent(
                endpoint, name -> new Lane(name, settings, pauses, outbox, courier, clock, error -> lastError = error));
    }
}
