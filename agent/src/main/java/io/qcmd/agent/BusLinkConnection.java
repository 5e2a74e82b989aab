package io.qcmd.agent;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Payloads;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * One connection and its two streams: {@code reports}, which carries what the agent says and hears, and {@code commands}, one message per request(1). The first frame
 * of reports opens its stream, so it carries the route.
 *
 * <p>Payloads live on the heap: what is dropped with the connection is garbage.
 */
final class BusLinkConnection implements Link {
    /** Frames that may wait for the bus to ask for them. Output does not wait here, and of the rest there is little: a bus that lets so much wait is stuck. */
    private static final int QUEUE = 256;
    /** A connection that ends gives its stream this long to say why. */
    private static final Duration LAST_WORDS = Duration.ofMillis(100);

    private static final WireCodec REPORTS = WireCodec.cbor(WireCodec.Size.SMALL);
    private static final WireCodec FROM_BUS = WireCodec.cbor(WireCodec.Size.LARGE);
    private static final Logger log = LoggerFactory.getLogger(BusLinkConnection.class);

    private final RSocket socket;
    private final Sinks.Many<Payload> frames =
            Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(QUEUE));
    private final AtomicLong credit = new AtomicLong();
    private final Messages messages = new Messages();
    private boolean opened;
    private boolean asked;
    private volatile @Nullable Duration spread;
    private volatile @Nullable Session session;

    BusLinkConnection(RSocket socket) {
        this.socket = socket;
    }

    /** Lives: a session of the agent, from here to the end of the connection. Fails with what the bus or the wire said last; cancelling closes it. */
    Mono<Void> session(Agent agent, Scheduler timers) {
        return Mono.defer(() -> {
                    session = agent.connected(this);
                    Mono<Void> gone = socket.onClose()
                            .onErrorComplete()
                            .then(Mono.delay(LAST_WORDS, timers))
                            .then();
                    return Mono.firstWithSignal(controls(), gone);
                })
                .doFinally(end -> {
                    socket.dispose();
                    hear(Session::closed);
                });
    }

    /** Over how long the agents of this bus come back; null: the bus never got so far as to say it. */
    @Nullable
    Duration spread() {
        return spread;
    }

    // What the core says. One thread at a time.

    @Override
    public boolean hasCredit() {
        return credit.get() > 0;
    }

    @Override
    public void send(List<Report> frame) {
        byte[] data = REPORTS.encodeReports(frame);
        Payload payload = opened ? Payloads.of(data) : Payloads.of(Route.REPORTS, data);
        opened = true;
        credit.decrementAndGet();
        if (frames.tryEmitNext(payload) == Sinks.EmitResult.FAIL_OVERFLOW) {
            close(QUEUE + " frames wait for the bus to ask for them");
        }
    }

    @Override
    public void requestCommand() {
        if (!asked) {
            asked = true;
            socket.requestStream(Payloads.of(Route.COMMANDS, new byte[0])).subscribe(messages);
        }
        messages.request(1);
    }

    @Override
    public void reconnectWithin(long millis) {
        spread = Duration.ofMillis(Math.max(0, millis));
    }

    @Override
    public void close(String reason) {
        log.warn("closing the connection to the bus: {}", reason);
        socket.dispose();
    }

    // What the bus says. Any thread.

    private Mono<Void> controls() {
        return Mono.create(over -> {
            Controls controls = new Controls(over);
            socket.requestChannel(frames.asFlux().doOnRequest(this::credited)).subscribe(controls);
            MonoSink<Void> cancellable = over.onDispose(controls);
            assert cancellable == over;
        });
    }

    private void credited(long frames) {
        credit.updateAndGet(before -> Operators.addCap(before, frames));
        hear(Session::credit);
    }

    private void hear(Consumer<Session> said) {
        Session core = session;
        if (core != null) {
            said.accept(core);
        }
    }

    /** The control lane: asks for more in batches, as rsocket-core makes a frame of each request. */
    private final class Controls extends BaseSubscriber<Payload> {
        private static final int BATCH = Limits.REPORT_DEMAND / 4;

        private final MonoSink<Void> over;
        private int heard;

        Controls(MonoSink<Void> over) {
            this.over = over;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(Limits.REPORT_DEMAND);
        }

        @Override
        protected void hookOnNext(Payload payload) {
            List<Control> controls = FROM_BUS.decodeControls(Payloads.bytes(payload));
            hear(core -> core.received(controls));
            if (++heard % BATCH == 0) {
                request(BATCH);
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            over.error(error);
        }

        @Override
        protected void hookOnComplete() {
            over.success();
        }
    }

    /** The commands stream: asks for nothing by itself. */
    private final class Messages extends BaseSubscriber<Payload> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Payload payload) {
            Message message = FROM_BUS.decode(Payloads.bytes(payload), Message.class);
            hear(core -> core.received(message));
        }

        @Override
        protected void hookOnError(Throwable error) {
            // When the connection ended, the reports channel says why as well.
            if (!socket.isDisposed()) {
                close("the commands stream failed: " + error);
            }
        }

        @Override
        protected void hookOnComplete() {
            close("the bus has ended the commands stream");
        }
    }
}
