package io.qcmd.simulation;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Setup;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Errors;
import io.qcmd.transport.Payloads;
import io.qcmd.transport.Peer;
import io.qcmd.transport.Reception;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A connection of an agent to the bus, in the frames of RSocket: one requestChannel, one requestStream, their credit, and the end. Each direction is a {@link Pipe};
 * each end sees the connection close at a time of its own, so that either side may go on to believe in it, and what was sent before may be read after.
 */
final class Cable {
    private final Reception gate;
    private final Wire wire;
    private final MinionId minion;
    private final Life agent;
    private final Life bus;
    private final Pipe up;
    private final Pipe down;
    private final AgentEnd agentEnd = new AgentEnd();
    private final BusEnd busEnd = new BusEnd();
    private final String name;

    /** What a frame goes through on its way; may break the cable. */
    interface Wire {
        /** The agent says this. */
        void up(Cable cable, byte[] reports);

        /** The bus says this; what arrives instead. */
        List<Control> down(Cable cable, List<Control> controls);

        /** A message leaves the bus. */
        void message(Cable cable, byte[] message);

        /** How long until an end notices that there is nobody at the other one. */
        Duration untilNoticed();

        void note(Object who, String what);
    }

    Cable(String name, Reception gate, Wire wire, MinionId minion, Life agent, Life bus, Pipe up, Pipe down) {
        this.name = name;
        this.gate = gate;
        this.wire = wire;
        this.minion = minion;
        this.agent = agent;
        this.bus = bus;
        this.up = up;
        this.down = down;
        agent.onEnd(() -> breaks(Duration.ZERO));
        bus.onEnd(() -> breaks(Duration.ZERO));
    }

    MinionId minion() {
        return minion;
    }

    boolean isOpen() {
        return !agentEnd.closed || !busEnd.closed;
    }

    /** What the agent has in its hands. */
    RSocket connect(Setup setup) {
        up.send(() -> busEnd.accept(setup));
        return agentEnd;
    }

    /** It is cut: what is under way may arrive for {@code grace}, and each end notices later. */
    void breaks(Duration grace) {
        if (isOpen()) {
            wire.note(this, "breaks");
            up.breaks(grace);
            down.breaks(grace);
            bus.after(grace.plus(wire.untilNoticed()), busEnd::close);
            agent.after(grace.plus(wire.untilNoticed()), () -> agentEnd.close(new ClosedChannelException()));
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private static <T> void emit(Sinks.Many<T> sink, T value) {
        Sinks.EmitResult result = sink.tryEmitNext(value);
        if (result.isFailure()
                && result != Sinks.EmitResult.FAIL_TERMINATED
                && result != Sinks.EmitResult.FAIL_CANCELLED) {
            throw new IllegalStateException("cable: " + result);
        }
    }

    /** The agent asks, so here are the streams as a requester has them. */
    private final class AgentEnd implements RSocket {
        private final Sinks.Many<Payload> controls = Sinks.many().unicast().onBackpressureBuffer();
        private final Sinks.Many<Payload> messages = Sinks.many().unicast().onBackpressureBuffer();
        private final Sinks.Empty<Void> over = Sinks.empty();
        private final Outflow reports = new Outflow(this::say, error -> {}, () -> {});
        private boolean saying;
        private boolean asking;
        private boolean closed;
        private long controlsWanted;

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> said) {
            return controls.asFlux().doOnRequest(n -> {
                if (saying) {
                    up(() -> busEnd.lane.want(n));
                } else if (controlsWanted == 0) {
                    // The frame that opens the stream carries the first payload.
                    controlsWanted = n;
                    said.subscribe(reports);
                    reports.want(1);
                }
            });
        }

        private void say(Payload payload) {
            wire.up(Cable.this, bytes(payload));
            if (saying) {
                up(() -> busEnd.hear(payload));
            } else {
                saying = true;
                long wanted = controlsWanted;
                up(() -> busEnd.open(payload, wanted));
            }
        }

        @Override
        public Flux<Payload> requestStream(Payload request) {
            return messages.asFlux().doOnRequest(n -> {
                if (asking) {
                    up(() -> busEnd.messages.want(n));
                } else {
                    asking = true;
                    up(() -> busEnd.command(request, n));
                }
            });
        }

        private void up(Runnable arrival) {
            if (!closed && !agent.isOver()) {
                up.send(() -> busEnd.arrived(arrival));
            }
        }

        void arrived(Runnable frame) {
            if (!closed) {
                frame.run();
            }
        }

        void close(Throwable why) {
            if (!closed) {
                closed = true;
                wire.note(Cable.this, "closed at the agent");
                reports.cancel();
                // The stream hears first why; then the connection is gone.
                Sinks.EmitResult ended = controls.tryEmitError(why);
                Sinks.EmitResult parted = messages.tryEmitError(why);
                Sinks.EmitResult gone = over.tryEmitEmpty();
                assert gone != null && ended != null && parted != null;
            }
        }

        @Override
        public void dispose() {
            if (!closed && !agent.isOver()) {
                up(busEnd::close);
                agent.after(Duration.ZERO, () -> close(new ClosedChannelException()));
            }
        }

        @Override
        public boolean isDisposed() {
            return closed;
        }

        @Override
        public Mono<Void> onClose() {
            return over.asMono();
        }
    }

    /** The bus answers; what arrives before it has made up its mind about SETUP waits. */
    private final class BusEnd implements Peer.Connection {
        private final Sinks.Many<Payload> reports = Sinks.many().unicast().onBackpressureBuffer();
        private final Sinks.Empty<Void> over = Sinks.empty();
        private final Outflow lane = new Outflow(this::control, this::fail, () -> {});
        private final Outflow messages = new Outflow(this::message, this::fail, this::complete);
        private final List<Runnable> early = new ArrayList<>();
        private @Nullable RSocket responder;
        private boolean heard;
        private boolean closed;

        void accept(Setup setup) {
            Peer peer = new Peer(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                    Optional.empty(),
                    this,
                    task -> bus.after(Duration.ZERO, task));
            gate.accept(setup, Encoding.CBOR, peer).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(RSocket accepted) {
                    if (closed) {
                        accepted.dispose();
                        return;
                    }
                    responder = accepted;
                    List.copyOf(early).forEach(BusEnd.this::arrived);
                    early.clear();
                }

                @Override
                protected void hookOnError(Throwable refused) {
                    fail(refused);
                    bus.after(Duration.ZERO, BusEnd.this::close);
                }
            });
        }

        void arrived(Runnable frame) {
            if (closed) {
                return;
            }
            if (responder == null) {
                early.add(frame);
            } else {
                frame.run();
            }
        }

        void open(Payload first, long controlsWanted) {
            Flux<Payload> heardReports = reports.asFlux().doOnRequest(n -> {
                long more = n - (heard ? 0 : 1);
                heard = true;
                if (more > 0) {
                    down(() -> agentEnd.reports.want(more));
                }
            });
            lane.want(controlsWanted);
            served().requestChannel(heardReports).subscribe(lane);
            hear(first);
        }

        void hear(Payload payload) {
            emit(reports, payload);
        }

        void command(Payload request, long wanted) {
            messages.want(wanted);
            served().requestStream(request).subscribe(messages);
        }

        private RSocket served() {
            if (responder == null) {
                throw new IllegalStateException("cable: nobody answers");
            }
            return responder;
        }

        private void control(Payload payload) {
            List<Control> controls = wire.down(Cable.this, Wires.controls(bytes(payload)));
            down(() -> emit(agentEnd.controls, Payloads.of(Wires.encoded(controls))));
        }

        private void message(Payload payload) {
            wire.message(Cable.this, bytes(payload));
            down(() -> emit(agentEnd.messages, payload));
        }

        private void complete() {
            down(() -> {
                Sinks.EmitResult ended = agentEnd.messages.tryEmitComplete();
                assert ended != null;
            });
        }

        private void fail(Throwable error) {
            Throwable told = Errors.toWire(error);
            wire.note(Cable.this, "the bus says " + (error instanceof QcmdException known ? known.code() : "ERROR"));
            down(() -> agentEnd.close(told));
        }

        private void down(Runnable arrival) {
            if (!closed && !bus.isOver()) {
                down.send(() -> agentEnd.arrived(arrival));
            }
        }

        /** Tells the peer why; whatever it said before may still be read. */
        @Override
        public void close(QcmdException why) {
            fail(why);
            bus.after(wire.untilNoticed().dividedBy(100), this::close);
        }

        void close() {
            if (closed || bus.isOver()) {
                return;
            }
            down(() -> agentEnd.close(new ClosedChannelException()));
            closed = true;
            wire.note(Cable.this, "closed at the bus");
            messages.cancel();
            lane.cancel();
            Sinks.EmitResult ended = reports.tryEmitError(new ClosedChannelException());
            if (responder != null) {
                responder.dispose();
            }
            Sinks.EmitResult gone = over.tryEmitEmpty();
            assert ended != null && gone != null;
        }

        @Override
        public void dispose() {
            bus.after(Duration.ZERO, this::close);
        }

        @Override
        public boolean isDisposed() {
            return closed;
        }

        @Override
        public Mono<Void> onClose() {
            return over.asMono();
        }
    }

    private static byte[] bytes(Payload payload) {
        payload.retain();
        return Payloads.bytes(payload);
    }

    /** Takes from a stream what the other end has asked for, and no more. */
    private static final class Outflow extends BaseSubscriber<Payload> {
        private final Consumer<Payload> frames;
        private final Consumer<Throwable> failed;
        private final Runnable completed;
        private long wanted;

        Outflow(Consumer<Payload> frames, Consumer<Throwable> failed, Runnable completed) {
            this.frames = frames;
            this.failed = failed;
            this.completed = completed;
        }

        void want(long n) {
            if (upstream() == null) {
                wanted += n;
            } else {
                request(n);
            }
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (wanted > 0) {
                subscription.request(wanted);
            }
        }

        @Override
        protected void hookOnNext(Payload payload) {
            frames.accept(payload);
        }

        @Override
        protected void hookOnError(Throwable error) {
            failed.accept(error);
        }

        @Override
        protected void hookOnComplete() {
            completed.run();
        }
    }
}
