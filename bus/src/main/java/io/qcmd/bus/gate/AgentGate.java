package io.qcmd.bus.gate;

import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.Presence;
import io.qcmd.bus.fleet.Session;
import io.qcmd.bus.job.Accounting;
import io.qcmd.bus.job.Reconciliation;
import io.qcmd.bus.security.Access;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.SessionRecord;
import io.qcmd.bus.topic.Channel;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Control.Verdict;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Payloads;
import io.qcmd.transport.Peer;
import io.qcmd.transport.Reception;
import io.qcmd.transport.Violations;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The door of the agents: one session per minion. Emits what the Channel hands over, and carries what agents report to those who decide. Thread-safe.
 */
public final class AgentGate implements Reception {
    private static final Logger log = LoggerFactory.getLogger(AgentGate.class);

    private final Access access;
    private final Fleet fleet;
    private final Presence presence;
    private final Topics topics;
    private final Accounting accounting;
    private final Reconciliation reconciliation;
    private final Clock clock;
    private final String deployment;
    private final ReconnectSpread spread;
    private final Greetings greetings;
    /** How many were reconciled since the start. */
    private final AtomicLong sessions = new AtomicLong();

    public AgentGate(
            Access access,
            Fleet fleet,
            Presence presence,
            Topics topics,
            Accounting accounting,
            Reconciliation reconciliation,
            Clock clock,
            String deployment,
            int reconnectsPerSecond,
            Duration helloTimeout,
            Violations violations) {
        this.access = access;
        this.fleet = fleet;
        this.presence = presence;
        this.topics = topics;
        this.accounting = accounting;
        this.reconciliation = reconciliation;
        this.clock = clock;
        this.deployment = deployment;
        this.spread = new ReconnectSpread(fleet::known, reconnectsPerSecond);
        this.greetings = new Greetings(helloTimeout, clock, violations);
    }

    /** Lets an agent in by what its SETUP claims; until there are keys, a stranger is enrolled on first contact over loopback only. */
    @Override
    public Mono<RSocket> accept(Setup setup, Encoding encoding, Peer peer) {
        if (setup.role() != Setup.Role.AGENT || encoding != Encoding.CBOR) {
            return Mono.error(new QcmdException(
                    ErrorCode.FORBIDDEN,
                    "this port is for agents, which speak " + Encoding.CBOR.mimeType(),
                    "clients use the Unix socket of the bus"));
        }
        MinionId minion = Objects.requireNonNull(setup.minion());
        return fleet.admit(minion, String.valueOf(peer.address()), isLoopback(peer))
                .then(Mono.fromSupplier(() -> greetings.begin(new AgentSession(minion, this, peer))));
    }

    /** Starts the shared look for sessions that do not say HELLO, every {@code interval}. */
    public Disposable sweep(Duration interval, Scheduler scheduler) {
        return greetings.sweep(interval, scheduler);
    }

    private static boolean isLoopback(Peer peer) {
        return peer.address() instanceof InetSocketAddress address
                && address.getAddress().isLoopbackAddress();
    }

    /** The route of a request, and whether its sender may call it. */
    void check(AgentSession session, Payload request, Route expected) {
        String path = Payloads.route(request).orElse("");
        if (!path.equals(expected.path())) {
            throw new QcmdException(ErrorCode.UNKNOWN_ROUTE, "no route of this kind: '" + path + "'");
        }
        access.check(new Principal.Minion(session.minion()), expected);
    }

    /** The hand-off of this session: one message per request(1). The bytes of a message are shared by all minions of its job. */
    Flux<Payload> emit(AgentSession session) {
        if (!session.isReconciled()) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "commands: asked for before HELLO was reconciled");
        }
        return channel(session).envelopes(session).map(envelope -> {
            FailPoint.BUS_BEFORE_OFFER.hit();
            presence.offered(session.minion());
            return Payloads.of(envelope.message());
        });
    }

    /** One thing that an agent says; completes when it may be forgotten: for most at once, for output and results when they are on disk. */
    Mono<Void> report(AgentSession session, Report report) {
        if (report instanceof Hello page) {
            return hello(session, page);
        }
        if (report instanceof Report.Pong pong) {
            session.pong(pong.nonce());
            return Mono.empty();
        }
        if (!session.isReconciled()) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "reports: something came before HELLO was reconciled");
        }
        if (report instanceof Output piece) {
            return output(session, piece);
        }
        if (report instanceof Report.Done done) {
            return done(session, done.result());
        }
        step(session, report);
        return Mono.empty();
    }

    private void step(AgentSession session, Report report) {
        if (report instanceof Report.Ready ready) {
            presence.answered(session.minion());
            FailPoint.BUS_BEFORE_GO.hit();
            channel(session).permit(ready.job(), session);
            FailPoint.BUS_AFTER_GO.hit();
        } else if (report instanceof Report.Refused refused) {
            presence.answered(session.minion());
            channel(session).refuse(refused.job(), session, refused.reason());
        } else if (report instanceof Report.Started started) {
            accounting.move(started.job(), session.minion(), TargetState.RUNNING, null);
        } else if (report instanceof Report.Health health) {
            presence.health(session.minion(), health);
            tellSpread(session);
            session.flush();
        } else if (report instanceof Report.Journaled grown) {
            fleet.journaled(session.minion(), grown.records());
        } else if (report instanceof Report.NeverStarted never) {
            reconciliation.neverStarted(session.minion(), never.job());
        }
    }

    /** The pages are answered together, in their order, when the last one is there. */
    private Mono<Void> hello(AgentSession session, Hello page) {
        session.told(page);
        if (!page.last()) {
            return Mono.empty();
        }
        greetings.end(session);
        fleet.checkJournal(session.minion(), page.epoch(), page.journaled());
        return endOlder(session)
                .thenMany(Flux.fromIterable(session.entries()))
                .concatMap(entries -> reconciliation.verdicts(session.minion(), entries))
                .collectList()
                .flatMap(verdicts -> open(session, page, verdicts));
    }

    /** An older session must not get a GO while the newer one tells what was started; and its end must not be taken for the end of this one. */
    private Mono<Void> endOlder(AgentSession session) {
        MinionId minion = session.minion();
        return fleet.arrived(minion, session).flatMap(older -> {
            older.close("superseded by a newer session");
            return release(session, older).then(Mono.defer(() -> fleet.closed(minion, older)));
        });
    }

    private Mono<Void> open(AgentSession session, Hello page, List<List<Verdict>> verdicts) {
        MinionId minion = session.minion();
        if (!fleet.isNewest(minion, session)) {
            // What it says is out of date: a newer one may have got GO for what stands in no entry here.
            return Mono.error(new QcmdException(
                    ErrorCode.FORBIDDEN, "minion '" + minion + "': a newer session said HELLO meanwhile"));
        }
        boolean sameEpoch = fleet.epoch(minion).map(page.epoch()::equals).orElse(true);
        Set<JobId> told =
                verdicts.stream().flatMap(List::stream).map(Verdict::job).collect(Collectors.toSet());
        reconciliation.absent(minion, told, sameEpoch, () -> fleet.isNewest(minion, session));
        SessionRecord record = new SessionRecord(
                clock.millis(),
                page.epoch(),
                page.journaled(),
                page.bootId(),
                page.instance(),
                page.version(),
                page.labels(),
                page.facts());
        return fleet.opened(minion, session, record).then(Mono.fromRunnable(() -> {
            log.info("minion {} is up, agent {}", minion, page.version());
            answer(session, verdicts);
        }));
    }

    private void answer(AgentSession session, List<List<Verdict>> verdicts) {
        session.reconciled(sessions.incrementAndGet());
        long millis = spread.millis();
        session.spreadTold(millis);
        for (int page = 1; page <= verdicts.size(); page++) {
            boolean last = page == verdicts.size();
            session.send(new Control.Reconciled(deployment, millis, verdicts.get(page - 1), last));
        }
        // Verdicts tell no times, and a cancel that came after them found no live session.
        accounting.toBeKilled(session.minion()).forEach(session::send);
    }

    private void tellSpread(AgentSession session) {
        long millis = spread.millis();
        if (ReconnectSpread.isNews(millis, session.spreadTold())) {
            session.spreadTold(millis);
            session.sendLater(new Control.Reconciled(deployment, millis, List.of(), false));
        }
    }

    private Mono<Void> output(AgentSession session, Output piece) {
        // Answered also when it was not wanted any more: the agent must get on to the result.
        return accounting
                .output(session.minion(), session.number(), piece)
                .doOnNext(window -> {
                    FailPoint.BUS_IN_UPLOAD.hit();
                    session.send(new Control.Committed(piece.job(), piece.stream(), piece.end(), window));
                })
                .then();
    }

    private Mono<Void> done(AgentSession session, Return result) {
        return accounting.settle(session.minion(), result).mapNotNull(settled -> {
            if (settled) {
                FailPoint.BUS_BEFORE_SETTLED.hit();
                settled(session, result);
            }
            return null;
        });
    }

    /** Nobody waits for it, but for the room that a large output takes on the agent's disk: it rides with what is said next, for which the agent is awake anyway. */
    private static void settled(AgentSession session, Return result) {
        Control settled = new Control.Settled(List.of(result.job()));
        if (result.stdout().kept() + result.stderr().kept() > Limits.RESULT_HEAD) {
            session.send(settled);
        } else {
            session.sendLater(settled);
        }
    }

    /** The connection of this session is gone. */
    void ended(AgentSession session) {
        log.info("minion {}: a session ended", session.minion());
        greetings.end(session);
        accounting.endOutput(session.minion(), session.number());
        release(session, session)
                .then(Mono.defer(() -> fleet.closed(session.minion(), session)))
                .subscribe(new Quietly("the end of a session"));
    }

    private Mono<Void> release(AgentSession session, Session ended) {
        return Mono.create(done -> channel(session).release(ended, done::success));
    }

    long now() {
        return clock.millis();
    }

    private Channel channel(AgentSession session) {
        return topics.topic(session.minion()).channel();
    }
}
