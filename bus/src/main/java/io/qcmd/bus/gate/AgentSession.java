package io.qcmd.bus.gate;

import io.qcmd.bus.fleet.Session;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.Payloads;
import io.qcmd.transport.Peer;
import io.qcmd.transport.Violation;
import io.qcmd.transport.Violations;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One connection of one agent: its commands stream, its reports channel with the control lane, and nothing that outlives it. What the agent says goes to the
 * {@link AgentGate}, in order. An agent that breaks a rule is closed; so is one that ends its reports.
 */
final class AgentSession implements RSocket, Session {
    private static final Logger log = LoggerFactory.getLogger(AgentSession.class);
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.SMALL);
    /** PINGs that wait for a PONG; above it a PING is not sent. */
    private static final int PINGS = 1_024;

    private final MinionId minion;
    private final AgentGate gate;
    private final Peer peer;
    private final ControlLane lane = new ControlLane(() -> close("it does not read its control lane"));
    private final Map<Long, Sinks.One<Long>> pings = new ConcurrentHashMap<>();
    private final AtomicLong nonces = new AtomicLong();
    private final AtomicBoolean commanded = new AtomicBoolean();
    private final AtomicBoolean parting = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Sinks.Empty<Void> over = Sinks.empty();
    /** The entries of HELLO, page by page; touched by the reports channel alone, until the last page is there. */
    private final List<List<Hello.Entry>> entries = new ArrayList<>(1);

    private boolean reporting;
    private boolean greeted;
    /** 0: HELLO is not reconciled. */
    private volatile long number;

    private volatile long lastSeen;
    private volatile long spreadMillis;

    AgentSession(MinionId minion, AgentGate gate, Peer peer) {
        this.minion = minion;
        this.gate = gate;
        this.peer = peer;
        this.lastSeen = gate.now();
    }

    MinionId minion() {
        return minion;
    }

    /** The commands stream: messages as the Channel emits them. One per session: what was emitted on it is never emitted again on a live session. */
    @Override
    public Flux<Payload> requestStream(Payload request) {
        return Flux.defer(() -> {
                    try {
                        gate.check(this, request, Route.COMMANDS);
                    } finally {
                        request.release();
                    }
                    if (!commanded.compareAndSet(false, true)) {
                        throw new QcmdException(ErrorCode.BAD_REQUEST, "commands: asked for twice in one session");
                    }
                    return gate.emit(this);
                })
                .doOnError(this::broken)
                .doFinally(end -> part(closed("its commands ended")));
    }

    /** The reports channel: up what the agent says, down the control lane. */
    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> reports) {
        Mono<Void> up = Intake.of(reports, this::report);
        return lane.frames()
                .map(controls -> Payloads.of(CODEC.encodeControls(controls)))
                .takeUntilOther(up)
                .doOnError(this::broken)
                .doFinally(end -> part(closed("its reports ended")));
    }

    /** One frame of reports; completes when all in it is dealt with. */
    private Mono<Void> report(Payload frame) {
        if (!reporting) {
            gate.check(this, frame, Route.REPORTS);
            reporting = true;
        }
        lastSeen = gate.now();
        List<Report> reports = CODEC.decodeReports(Payloads.bytes(frame));
        return reports.size() == 1
                ? gate.report(this, reports.get(0))
                : Flux.fromIterable(reports)
                        .flatMap(report -> gate.report(this, report), Limits.FRAME_MESSAGES)
                        .then();
    }

    /** Takes note of a page of HELLO; too many entries, or a page after the last, break the rules. */
    void told(Hello page) {
        if (greeted) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "HELLO: a page after the last");
        }
        if (page.entries().isEmpty() && !page.last()) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "HELLO: an empty page before the last");
        }
        greeted = page.last();
        entries.add(page.entries());
        if (entries.stream().mapToInt(List::size).sum() > Limits.HELLO_ENTRIES) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED, "HELLO: more than " + Limits.HELLO_ENTRIES + " unsettled entries");
        }
    }

    List<List<Hello.Entry>> entries() {
        return entries;
    }

    /** HELLO is reconciled: from now on commands may be asked for. */
    void reconciled(long asNumber) {
        entries.clear();
        number = asNumber;
    }

    boolean isReconciled() {
        return number != 0;
    }

    /** Larger for a later session of the same minion; 0: HELLO is not reconciled. */
    long number() {
        return number;
    }

    /** It knows over how long the fleet comes back. */
    void spreadTold(long millis) {
        spreadMillis = millis;
    }

    long spreadTold() {
        return spreadMillis;
    }

    void pong(long nonce) {
        Sinks.One<Long> waiting = pings.remove(nonce);
        if (waiting != null && waiting.tryEmitValue(System.nanoTime()).isFailure()) {
            log.debug("{}: nobody waits for PONG {} any more", minion, nonce);
        }
    }

    @Override
    public Mono<Duration> ping() {
        return Mono.defer(() -> {
            if (ended.get() || pings.size() >= PINGS) {
                return Mono.empty();
            }
            long nonce = nonces.incrementAndGet();
            Sinks.One<Long> answer = Sinks.one();
            pings.put(nonce, answer);
            long sent = System.nanoTime();
            send(new Control.Ping(nonce));
            return answer.asMono()
                    .takeUntilOther(over.asMono())
                    .map(answered -> Duration.ofNanos(answered - sent))
                    .doFinally(end -> pings.remove(nonce));
        });
    }

    @Override
    public long lastSeen() {
        return lastSeen;
    }

    @Override
    public void send(Control control) {
        lane.send(control);
    }

    /** With what is said next: one write for both. */
    void sendLater(Control control) {
        lane.sendLater(control);
    }

    /** Says now what was to be said later. */
    void flush() {
        lane.flush();
    }

    @Override
    public Executor loop() {
        return peer.loop();
    }

    @Override
    public void close(String reason) {
        end(closed(reason));
    }

    /** It has not said HELLO in time. */
    void tooLate(Violations violations) {
        if (!ended.get()) {
            violations.count(Violation.HELLO_LATE, peer.address());
            part(new QcmdException(ErrorCode.TIMED_OUT, "session closed: " + Violation.HELLO_LATE.rule()));
        }
    }

    /** What is no mistake of the agent is logged by whoever translates it for the wire. */
    private void broken(Throwable error) {
        end(error instanceof QcmdException known ? known : closed("an error of the bus"));
    }

    private void end(QcmdException why) {
        if (!ended.get()) {
            log.info("closing the session of {}: {}", minion, why.getMessage());
            part(why);
        }
    }

    /** The first reason is the one that the agent is told. */
    private void part(QcmdException why) {
        if (parting.compareAndSet(false, true)) {
            peer.close(why);
        }
    }

    private static QcmdException closed(String reason) {
        return new QcmdException(ErrorCode.BAD_REQUEST, "session closed: " + reason);
    }

    /** The connection is gone. */
    @Override
    public void dispose() {
        if (ended.compareAndSet(false, true)) {
            lane.complete();
            over.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
            gate.ended(this);
        }
    }
}
