package io.qcmd.bus.gate;

import io.qcmd.bus.security.Principal;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Payloads;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection of one client. Holds who it is and how it writes; an answer exists only while it is being asked for. */
final class ClientSession implements RSocket {
    private final Principal principal;
    private final Encoding encoding;
    private final ClientGate gate;

    ClientSession(Principal principal, Encoding encoding, ClientGate gate) {
        this.principal = principal;
        this.encoding = encoding;
        this.gate = gate;
    }

    @Override
    public Mono<Payload> requestResponse(Payload request) {
        return Mono.defer(() -> {
            Asked asked = read(request, Route.Interaction.RESPONSE);
            return gate.answer(principal, asked.route(), asked.question()).map(this::write);
        });
    }

    @Override
    public Flux<Payload> requestStream(Payload request) {
        return Flux.defer(() -> {
            Asked asked = read(request, Route.Interaction.STREAM);
            return gate.pages(principal, asked.route(), asked.question()).map(this::write);
        });
    }

    /** A request that may be asked, decoded. */
    private record Asked(Route route, Object question) {}

    // The right is looked at before the data is.
    private Asked read(Payload request, Route.Interaction interaction) {
        try {
            Route route = gate.check(principal, Payloads.route(request).orElse(""), interaction);
            request.retain();
            WireCodec codec = encoding.codec(route.requestSize());
            return new Asked(route, codec.decode(Payloads.bytes(request), route.request()));
        } finally {
            request.release();
        }
    }

    private Payload write(Object answer) {
        return Payloads.of(encoding.codec(WireCodec.Size.LARGE).encode(answer));
    }
}
