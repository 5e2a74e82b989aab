package io.qcmd.client;

import io.qcmd.protocol.Route;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How questions reach a bus: one connection, made when first needed, and a new one after it broke. Knows no retries. Cold; thread-safe.
 *
 * <p>Errors: what the bus said, as {@link io.qcmd.protocol.QcmdException}; UNREACHABLE when no connection could be made, so that the question was never sent;
 * {@link ConnectionLost} when it broke before the answer was complete, so that nobody knows what the bus made of it.
 */
interface Requester extends AutoCloseable {
    /** One answer. */
    <A> Mono<A> response(Route route, Object request, Class<A> answer);

    /** Many answers, sent on demand; never more than the bus allows is asked for at once. */
    <A> Flux<A> stream(Route route, Object request, Class<A> answer);

    /** Idempotent; what is under way ends with {@link ConnectionLost}, what comes after with UNREACHABLE. */
    @Override
    void close();
}
