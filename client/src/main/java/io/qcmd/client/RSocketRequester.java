package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.Version;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Errors;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.KeepAlive;
import io.qcmd.transport.Payloads;
import io.qcmd.transport.RSocketLink;
import io.qcmd.transport.Sockets;
import io.qcmd.transport.Violations;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Questions as RSocket requests over one TCP connection. */
final class RSocketRequester implements Requester {
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);
    /** Pages asked for at once; a page has up to 512 KiB, and the bus closes who asks for more than 1,024. */
    private static final int PAGES = 8;

    private final Mono<RSocket> connection;
    private final AtomicReference<@Nullable RSocket> current = new AtomicReference<>();
    private volatile boolean closed;

    /** Connects to this bus when first asked; gives up after {@code limit}. */
    RSocketRequester(BusUrl bus, Duration limit) {
        connection = link(bus)
                .connect()
                .timeout(
                        limit,
                        Mono.error(() -> Unreachable.because(bus, "no answer within " + limit.toMillis() + " ms")))
                .onErrorMap(error -> unreachable(bus, Errors.fromWire(error)))
                .doOnNext(this::opened)
                .cacheInvalidateIf(RSocket::isDisposed);
    }

    private static RSocketLink link(BusUrl bus) {
        return new RSocketLink(
                Sockets.client(bus.host(), bus.port()),
                GuardRules.busAtClient(),
                Setup.client(Version.CURRENT),
                Encoding.CBOR,
                KeepAlive.DEFAULT,
                new Violations(Schedulers.parallel()),
                Schedulers.parallel());
    }

    @Override
    public <A> Mono<A> response(Route route, Object request, Class<A> answer) {
        return open().flatMap(socket -> Mono.defer(() -> socket.requestResponse(payload(route, request)))
                .map(payload -> CODEC.decode(Payloads.bytes(payload), answer))
                .onErrorMap(RSocketRequester::told)
                .switchIfEmpty(Mono.error(ConnectionLost::new)));
    }

    @Override
    public <A> Flux<A> stream(Route route, Object request, Class<A> answer) {
        return open().flatMapMany(socket -> Flux.defer(() -> socket.requestStream(payload(route, request)))
                .map(payload -> CODEC.decode(Payloads.bytes(payload), answer))
                .limitRate(PAGES)
                .onErrorMap(RSocketRequester::told));
    }

    @Override
    public void close() {
        closed = true;
        RSocket socket = current.getAndSet(null);
        if (socket != null) {
            socket.dispose();
        }
    }

    private Mono<RSocket> open() {
        return Mono.defer(() -> closed
                ? Mono.error(new QcmdException(ErrorCode.UNREACHABLE, "this client was closed", "make a new one"))
                : connection);
    }

    private void opened(RSocket socket) {
        current.set(socket);
        if (closed) {
            close();
        }
    }

    private static Payload payload(Route route, Object request) {
        return Payloads.of(route, CODEC.encode(request));
    }

    /** A connection that could not be made for reasons of the network; a refusal that the bus told stays what it is. */
    private static QcmdException unreachable(BusUrl bus, QcmdException error) {
        return error.code() == ErrorCode.UNREACHABLE
                ? Unreachable.because(bus, String.valueOf(error.getMessage()))
                : error;
    }

    private static QcmdException told(Throwable error) {
        QcmdException told = Errors.fromWire(error);
        return told.code() == ErrorCode.UNREACHABLE ? new ConnectionLost() : told;
    }
}
