package io.qcmd.agent;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.transport.Errors;
import io.qcmd.transport.RSocketLink;
import io.rsocket.RSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Keeps an agent connected to its bus: one connection at a time, and after its end the next, whose address is resolved anew. */
final class BusLink {
    private static final Logger log = LoggerFactory.getLogger(BusLink.class);

    private final Agent agent;
    private final Mono<RSocket> bus;
    private final Backoff backoff;
    private final Scheduler timers;

    BusLink(Agent agent, RSocketLink bus, Backoff backoff, Scheduler timers) {
        this(agent, bus.connect(), backoff, timers);
    }

    /** @param bus a new connection for each subscriber */
    BusLink(Agent agent, Mono<RSocket> bus, Backoff backoff, Scheduler timers) {
        this.agent = agent;
        this.bus = bus;
        this.backoff = backoff;
        this.timers = timers;
    }

    /** Connects, and connects again, for ever; cold, to be subscribed to once. Cancelling closes the connection. */
    Mono<Void> sessions() {
        return Mono.defer(this::connection)
                .flatMap(pause -> Mono.delay(pause, timers))
                .repeat()
                .then();
    }

    /** One connection, or the failure to get one; how long to wait after it. */
    private Mono<Duration> connection() {
        return bus.flatMap(socket -> {
                    BusLinkConnection connection = new BusLinkConnection(socket);
                    long since = now();
                    return connection
                            .session(agent, timers)
                            .then(Mono.fromSupplier(() -> ended(connection, since, null)))
                            .onErrorResume(error -> Mono.fromSupplier(() -> ended(connection, since, error)));
                })
                .onErrorResume(error -> Mono.fromSupplier(() -> failed(Errors.fromWire(error))));
    }

    private Duration ended(BusLinkConnection connection, long since, @Nullable Throwable error) {
        Duration spread = connection.spread();
        if (spread == null) {
            return failed(
                    error == null
                            ? new QcmdException(ErrorCode.UNREACHABLE, "the bus closed the connection")
                            : Errors.fromWire(error));
        }
        backoff.spread(spread);
        Duration pause = backoff.afterLoss(Duration.ofNanos(now() - since));
        String why = error == null ? "" : ": " + Errors.fromWire(error).getMessage();
        log.info("connection to the bus lost{}; trying again in {} ms", why, pause.toMillis());
        return pause;
    }

    private Duration failed(QcmdException error) {
        if (error.code() == ErrorCode.JOURNAL_OUTDATED) {
            agent.outdated();
        }
        boolean refused = !error.retryable() && error.code() != ErrorCode.INTERNAL;
        Duration pause = refused ? backoff.afterRefusal() : unreached(error);
        String remedy = refused ? "; " + error.hint() : "";
        log.warn(
                "no session with the bus: {}: {}{}; trying again in {} ms",
                error.code(),
                error.getMessage(),
                remedy,
                pause.toMillis());
        return pause;
    }

    private Duration unreached(QcmdException error) {
        long retryAfter = error.retryAfterMillis();
        return retryAfter > 0 ? backoff.afterBusy(Duration.ofMillis(retryAfter)) : backoff.afterFailure();
    }

    private long now() {
        return timers.now(TimeUnit.NANOSECONDS);
    }
}
