package io.qcmd.transport;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The handlers of one session, with their errors made fit for the wire: rsocket-core would send the message of any exception. */
final class TranslatingRSocket implements RSocket {
    private final RSocket handlers;

    TranslatingRSocket(RSocket handlers) {
        this.handlers = handlers;
    }

    @Override
    public Mono<Payload> requestResponse(Payload payload) {
        try {
            return handlers.requestResponse(payload).onErrorMap(Errors::toWire);
        } catch (RuntimeException e) {
            return Mono.error(Errors.toWire(e));
        }
    }

    @Override
    public Flux<Payload> requestStream(Payload payload) {
        try {
            return handlers.requestStream(payload).onErrorMap(Errors::toWire);
        } catch (RuntimeException e) {
            return Flux.error(Errors.toWire(e));
        }
    }

    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
        try {
            return handlers.requestChannel(payloads).onErrorMap(Errors::toWire);
        } catch (RuntimeException e) {
            return Flux.error(Errors.toWire(e));
        }
    }

    @Override
    public void dispose() {
        handlers.dispose();
    }

    @Override
    public boolean isDisposed() {
        return handlers.isDisposed();
    }

    @Override
    public Mono<Void> onClose() {
        return handlers.onClose();
    }
}
