package io.qcmd.bus.gate;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Control.Verdict;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Payloads;
import io.qcmd.transport.Peer;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One connection of an agent, without a network: what it says is encoded and taken in by the session of the gate at once; what it is told waits in two queues, as in
 * a socket, until the test takes it.
 */
public final class FakeAgent implements Peer.Connection {
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);

    private final MinionId minion;
    private final Sinks.Many<Payload> up = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final Disposable.Composite streams = Disposables.composite();
    private final Commands commands = new Commands();
    private @Nullable RSocket session;
    private @Nullable Throwable refused;
    private @Nullable Throwable failed;
    private boolean over;
    private boolean deaf;

    /** What the bus said and nobody has read yet. */
    public final Deque<Control> controls = new ArrayDeque<>();

    public final Deque<Message> messages = new ArrayDeque<>();

    private FakeAgent(MinionId minion) {
        this.minion = minion;
    }

    /** Connects; says nothing yet. The session may come later, or never: see {@link #refused}. */
    public static FakeAgent connect(AgentGate gate, MinionId minion) {
        FakeAgent agent = new FakeAgent(minion);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        agent.streams.add(gate.accept(
                        Setup.agent(minion, "test"),
                        Encoding.CBOR,
                        new Peer(address, Optional.empty(), agent, Runnable::run))
                .subscribe(agent::accepted, error -> agent.refused = error));
        return agent;
    }

    private void accepted(RSocket fresh) {
        session = fresh;
        streams.add(
                fresh.requestChannel(up.asFlux()).map(Payloads::bytes).subscribe(this::told, error -> failed = error));
    }

    private void told(byte[] frame) {
        if (!deaf) {
            controls.addAll(CODEC.decodeControls(frame));
        }
    }

    public MinionId minion() {
        return minion;
    }

    /** Why it was not let in; null: it was, or is still waiting. */
    public @Nullable Throwable refused() {
        return refused;
    }

    /** What its reports ended with; null: with nothing. */
    public @Nullable Throwable failed() {
        return failed;
    }

    public boolean isConnected() {
        return session != null && !over;
    }

    // What it says.

    /** With so many records in its journal. */
    public FakeAgent hello(String epoch, long journaled, Hello.Entry... entries) {
        return say(page(epoch, journaled, true, entries));
    }

    public FakeAgent hello(String epoch, Hello.Entry... entries) {
        return say(page(epoch, true, entries));
    }

    public static Hello page(String epoch, boolean last, Hello.Entry... entries) {
        return page(epoch, 0, last, entries);
    }

    private static Hello page(String epoch, long journaled, boolean last, Hello.Entry... entries) {
        return new Hello(epoch, journaled, "boot", "instance", "test", Map.of(), Map.of(), List.of(entries), last);
    }

    public FakeAgent say(Report... reports) {
        Payload frame = Payloads.of(Route.REPORTS, CODEC.encodeReports(List.of(reports)));
        if (!over) {
            up.tryEmitNext(frame).orThrow();
        }
        return this;
    }

    /** Asks for one message; the first time this opens the stream. */
    public FakeAgent ask() {
        if (!over && !streams.isDisposed() && !commands.asked) {
            commands.asked = true;
            streams.add(commands);
            Objects.requireNonNull(session)
                    .requestStream(Payloads.of(Route.COMMANDS, CODEC.encode(new Route.Empty())))
                    .map(payload -> CODEC.decode(Payloads.bytes(payload), Message.class))
                    .subscribe(commands);
        } else if (!over) {
            commands.request(1);
        }
        return this;
    }

    /** Opens one more stream of messages. */
    FakeAgent askAnew() {
        streams.add(Objects.requireNonNull(session)
                .requestStream(Payloads.of(Route.COMMANDS, CODEC.encode(new Route.Empty())))
                .subscribe(message -> {}, error -> failed = error));
        return this;
    }

    public FakeAgent output(JobId job, long offset, String text) {
        return say(new Output(job, Output.Stream.STDOUT, offset, Bytes.utf8(text)));
    }

    /** All is well. */
    public FakeAgent healthy() {
        return say(new Report.Health(0, 1 << 30, 1 << 20, 4, 4, 0));
    }

    public FakeAgent succeeded(JobId job) {
        return say(new Report.Done(succeeded(job, 0)));
    }

    /** Exit 0, with so many bytes of output. */
    public static Return succeeded(JobId job, int output) {
        Return.Captured stdout = new Return.Captured(output, output, Bytes.wrap(new byte[output == 0 ? 0 : 32]));
        return new Return(job, TargetState.SUCCEEDED, 0, 1, stdout, Return.Captured.NONE, 0, null);
    }

    // What it was told.

    /** All that waits on the control lane; it waits no more. */
    public List<Control> read() {
        List<Control> all = new ArrayList<>(controls);
        controls.clear();
        return all;
    }

    /** The verdicts of all that waits on the control lane, which waits no more. */
    public Stream<Verdict> verdicts() {
        return read().stream()
                .filter(Control.Reconciled.class::isInstance)
                .flatMap(answer -> ((Control.Reconciled) answer).verdicts().stream());
    }

    // The connection.

    /** It reads nothing any more, and is gone; the connection stays half open, and what is in it may still come. */
    public FakeAgent lingers() {
        deaf = true;
        controls.clear();
        messages.clear();
        return this;
    }

    /** The bus does not see it: the agent is gone, the connection stays half open. */
    public void vanish() {
        controls.clear();
        messages.clear();
        over = true;
    }

    /** The end of the connection, as both ends see it. */
    @Override
    public void dispose() {
        if (!streams.isDisposed()) {
            vanish();
            streams.dispose();
            if (session != null) {
                session.dispose();
            }
            closed.tryEmitEmpty().orThrow();
        }
    }

    /** The bus tells why, then closes. */
    @Override
    public void close(QcmdException why) {
        failed = why;
        dispose();
    }

    @Override
    public boolean isDisposed() {
        return streams.isDisposed();
    }

    @Override
    public Mono<Void> onClose() {
        return closed.asMono();
    }

    private final class Commands extends BaseSubscriber<Message> {
        private boolean asked;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(Message message) {
            if (!over && !deaf) {
                messages.add(message);
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            failed = error;
        }
    }
}
