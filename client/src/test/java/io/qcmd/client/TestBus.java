package io.qcmd.client;

import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.Listener;
import io.qcmd.transport.Payloads;
import io.qcmd.transport.Peer;
import io.qcmd.transport.RSocketDoor;
import io.qcmd.transport.Reception;
import io.qcmd.transport.Violations;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A door with two answers behind it. */
final class TestBus implements AutoCloseable {
    static final BusStatus STATUS = new BusStatus(
            "1",
            "here",
            1,
            2,
            "memory",
            3,
            2,
            0,
            1,
            0,
            1,
            0,
            0,
            new BusStatus.Pressure(0, 0, 1, 0, 1, 0, 0),
            BusStatus.Callbacks.NONE);
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);

    volatile Mono<BusStatus> status = Mono.never();
    volatile Flux<JobPage> pages = Flux.never();

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong largestDemand = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final Listener listener;
    private volatile @Nullable Peer peer;

    private TestBus(Function<Reception, Mono<Listener>> door) {
        listener = Objects.requireNonNull(
                door.apply((setup, encoding, newcomer) -> Mono.fromCallable(() -> accept(newcomer)))
                        .block());
    }

    static TestBus tcp() {
        return new TestBus(bus -> door().open(new InetSocketAddress("127.0.0.1", 0), bus));
    }

    static TestBus unix(Path socket) {
        return new TestBus(bus -> door().open(socket, bus));
    }

    private static RSocketDoor door() {
        return new RSocketDoor(
                GuardRules.clientAtBus(), 10, new Violations(Schedulers.parallel()), Schedulers.parallel());
    }

    private RSocket accept(Peer newcomer) {
        connections.incrementAndGet();
        peer = newcomer;
        return new RSocket() {
            @Override
            public Mono<Payload> requestResponse(Payload payload) {
                payload.release();
                asked.countDown();
                return status.map(answer -> Payloads.of(CODEC.encode(answer)));
            }

            @Override
            public Flux<Payload> requestStream(Payload payload) {
                payload.release();
                return pages.doOnRequest(n -> largestDemand.accumulateAndGet(n, Math::max))
                        .doOnNext(page -> sent.incrementAndGet())
                        .map(page -> Payloads.of(CODEC.encode(page)));
            }
        };
    }

    String tcpUrl() {
        return "rsocket://127.0.0.1:" + listener.port();
    }

    int connections() {
        return connections.get();
    }

    long largestDemand() {
        return largestDemand.get();
    }

    long sent() {
        return sent.get();
    }

    /** Breaks the connection once a question has arrived. */
    void dropWhenAsked() {
        try {
            asked.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Objects.requireNonNull(peer).close();
    }

    @Override
    public void close() {
        Publisher<Void> closed = listener.close();
        Mono.from(closed).block();
    }
}
