package io.qcmd.agent;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.Listener;
import io.qcmd.transport.Payloads;
import io.qcmd.transport.Peer;
import io.qcmd.transport.RSocketDoor;
import io.qcmd.transport.Reception;
import io.qcmd.transport.Violations;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A bus of one door on a loopback port: reconciles each HELLO with nothing, and otherwise says what the test says. */
final class FakeBus implements Reception, AutoCloseable {
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);

    final List<Visit> visits = new CopyOnWriteArrayList<>();
    final AtomicLong knocks = new AtomicLong();
    volatile @Nullable ErrorCode refusal;

    private final Listener listener;

    FakeBus() {
        this(
                0,
                new RSocketDoor(
                        GuardRules.agentAtBus(), 10, new Violations(Schedulers.parallel()), Schedulers.parallel()));
    }

    /** @param port 0: any free one */
    FakeBus(int port, RSocketDoor door) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        listener = Objects.requireNonNull(door.open(address, this).block(Duration.ofSeconds(10)));
    }

    int port() {
        return listener.port();
    }

    @Override
    public Mono<RSocket> accept(Setup setup, Encoding encoding, Peer peer) {
        knocks.incrementAndGet();
        ErrorCode code = refusal;
        if (code != null) {
            return Mono.error(new QcmdException(code, "not today"));
        }
        Visit visit = new Visit(setup, peer);
        visits.add(visit);
        return Mono.just(visit);
    }

    @Override
    public void close() {
        listener.close().block(Duration.ofSeconds(10));
    }

    /** One session. */
    static final class Visit implements RSocket {
        final Setup setup;
        final List<String> routes = new CopyOnWriteArrayList<>();
        final List<Report> reports = new CopyOnWriteArrayList<>();
        final AtomicLong demand = new AtomicLong();

        private volatile boolean gone;
        private final Peer peer;
        private final Sinks.Many<Payload> controls = Sinks.many().unicast().onBackpressureBuffer();
        private final Sinks.Many<Payload> messages = Sinks.many().unicast().onBackpressureBuffer();

        Visit(Setup setup, Peer peer) {
            this.setup = setup;
            this.peer = peer;
        }

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
            return controls.asFlux()
                    .mergeWith(Flux.from(payloads)
                            .limitRate(16)
                            .doOnNext(this::hear)
                            .thenMany(Flux.never()));
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            routes.add(Payloads.route(payload).orElse("none"));
            payload.release();
            return messages.asFlux().doOnRequest(demand::addAndGet).doFinally(end -> gone = true);
        }

        void says(Control control) {
            controls.tryEmitNext(Payloads.of(CODEC.encodeControls(List.of(control))))
                    .orThrow();
        }

        void offers(Message message) {
            messages.tryEmitNext(Payloads.of(CODEC.encode(message))).orThrow();
        }

        boolean isGone() {
            return gone;
        }

        void hangsUp() {
            peer.close();
        }

        private void hear(Payload payload) {
            Payloads.route(payload).ifPresent(routes::add);
            List<Report> said = CODEC.decodeReports(Payloads.bytes(payload));
            reports.addAll(said);
            if (said.stream().anyMatch(report -> report instanceof Hello hello && hello.last())) {
                says(new Control.Reconciled("deployment", 0, List.of(), true));
            }
        }
    }
}
