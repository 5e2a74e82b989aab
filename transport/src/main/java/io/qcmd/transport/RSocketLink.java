package io.qcmd.transport;

import io.qcmd.protocol.Setup;
import io.qcmd.protocol.WireCodec;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.transport.ClientTransport;
import io.rsocket.transport.netty.TcpDuplexConnection;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;

/**
 * How to reach a bus; each {@link #connect()} makes a new connection.
 *
 * @param tcp see {@link Sockets}
 * @param rules {@link GuardRules#busAtAgent()} or {@link GuardRules#busAtClient()}
 * @param setup who speaks
 * @param encoding of all messages of the session; CBOR for agents
 * @param keepAlive how fast a dead bus is noticed
 * @param violations where a bus that breaks the rules is counted
 * @param scheduler for the few timers of the guard, and its clock
 */
public record RSocketLink(
        TcpClient tcp,
        GuardRules rules,
        Setup setup,
        Encoding encoding,
        KeepAlive keepAlive,
        Violations violations,
        Scheduler scheduler) {

    public RSocketLink {
        if (rules.side().asks()) {
            throw new IllegalArgumentException("link: needs rules for a bus");
        }
    }

    /**
     * A guarded connection; cold. Fails with UNREACHABLE. Whether the bus accepted SETUP shows with its first answer. What requests fail with is for
     * {@link Errors#fromWire}.
     */
    public Mono<RSocket> connect() {
        return Mono.defer(() -> RSocketConnector.create()
                        .setupPayload(
                                Payloads.of(encoding.codec(WireCodec.Size.SMALL).encode(setup)))
                        .dataMimeType(encoding.mimeType())
                        .metadataMimeType(Payloads.METADATA_MIME_TYPE)
                        .keepAlive(keepAlive.interval(), keepAlive.lifetime())
                        .connect(new GuardedTransport()))
                .onErrorMap(Errors::fromWire);
    }

    private DuplexConnection guard(Connection connection) {
        Sockets.tune(connection.channel());
        Outbound outbound = new Outbound(scheduler);
        connection.addHandlerLast(new FrameLengths(rules)).addHandlerLast(outbound);
        return new FrameGuard(new TcpDuplexConnection("client", connection), rules, outbound, violations, scheduler);
    }

    private final class GuardedTransport implements ClientTransport {
        @Override
        public int maxFrameLength() {
            return rules.sentFrameBytes();
        }

        @Override
        public Mono<DuplexConnection> connect() {
            return tcp.connect().map(RSocketLink.this::guard);
        }
    }
}
