package io.qcmd.bus.gate;

import io.qcmd.bus.fleet.Fleet;
import io.qcmd.bus.fleet.Groups;
import io.qcmd.bus.fleet.Labelling;
import io.qcmd.bus.fleet.Presence;
import io.qcmd.bus.fleet.Removal;
import io.qcmd.bus.job.Cancels;
import io.qcmd.bus.job.History;
import io.qcmd.bus.job.Jobs;
import io.qcmd.bus.job.Repeats;
import io.qcmd.bus.job.Traces;
import io.qcmd.bus.security.Access;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.topic.Taps;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.GroupDraft;
import io.qcmd.protocol.GroupRef;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionPage;
import io.qcmd.protocol.MinionQuery;
import io.qcmd.protocol.MinionRef;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.PingQuery;
import io.qcmd.protocol.PreviewQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quarantine;
import io.qcmd.protocol.Quoted;
import io.qcmd.protocol.Redo;
import io.qcmd.protocol.Relabel;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Retry;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.TapQuery;
import io.qcmd.protocol.TargetQuery;
import io.qcmd.protocol.TraceQuery;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Peer;
import io.qcmd.transport.Reception;
import io.rsocket.RSocket;
import java.time.Duration;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The door of the clients: every route of the enum, each behind the Access port. Questions get one answer, the rest gets pages as they are asked for. Thread-safe.
 */
public final class ClientGate implements Reception {
    /** How long answers to a ping are gathered into one page. */
    private static final Duration GATHER = Duration.ofMillis(20);

    private final Access access;
    private final Jobs jobs;
    private final Cancels cancels;
    private final Repeats repeats;
    private final History history;
    private final Traces traces;
    private final Fleet fleet;
    private final Groups groups;
    private final Presence presence;
    private final Labelling labelling;
    private final Removal removal;
    private final Taps taps;
    private final Supplier<BusStatus> status;
    private final Scheduler timers;
    private final UserSessions users;

    public ClientGate(
            Access access,
            Jobs jobs,
            Cancels cancels,
            Repeats repeats,
            History history,
            Traces traces,
            Fleet fleet,
            Groups groups,
            Presence presence,
            Labelling labelling,
            Removal removal,
            Taps taps,
            Supplier<BusStatus> status,
            Scheduler timers,
            int sessionsPerUser) {
        this.access = access;
        this.jobs = jobs;
        this.cancels = cancels;
        this.repeats = repeats;
        this.history = history;
        this.traces = traces;
        this.fleet = fleet;
        this.groups = groups;
        this.presence = presence;
        this.labelling = labelling;
        this.removal = removal;
        this.taps = taps;
        this.status = status;
        this.timers = timers;
        this.users = new UserSessions(sessionsPerUser);
    }

    @Override
    public Mono<RSocket> accept(Setup setup, Encoding encoding, Peer peer) {
        if (setup.role() != Setup.Role.CLIENT) {
            return Mono.error(
                    new QcmdException(ErrorCode.FORBIDDEN, "this door is for clients; agents have another port"));
        }
        Principal principal = peer.credentials()
                .<Principal>map(local -> new Principal.Local(local.uid(), local.gid(), local.pid()))
                .orElseGet(() -> new Principal.Remote(String.valueOf(peer.address())));
        return Mono.fromSupplier(() -> {
            users.enter(principal.user());
            peer.onClose()
                    .doFinally(end -> users.leave(principal.user()))
                    .subscribe(new Quietly("the end of a client's session"));
            return new ClientSession(principal, encoding, this);
        });
    }

    /** Sessions that were told BUSY since the start. */
    public long refused() {
        return users.refused();
    }

    /** The route of a request of this interaction model; any other does not exist. */
    Route check(Principal principal, String path, Route.Interaction interaction) {
        Route route = Route.find(path)
                .filter(found -> found.interaction() == interaction && found.role() == Setup.Role.CLIENT)
                .orElseThrow(() ->
                        new QcmdException(ErrorCode.UNKNOWN_ROUTE, "no route " + Quoted.of(path) + " of this kind"));
        access.check(principal, route);
        return route;
    }

    /** The answer to a question; what it is follows from the route. */
    Mono<?> answer(Principal principal, Route route, Object request) {
        return switch (route) {
            case JOB_SUBMIT -> submit(principal, (Submit) request);
            case JOB_REDO -> repeats.redo(principal, (Redo) request);
            case JOB_RETRY -> repeats.retry(principal, (Retry) request);
            case TARGET_EXPLAIN -> traces.explain((TraceQuery) request);
            case JOB_SHOW -> history.show((JobRef) request);
            case MINION_QUARANTINE -> presence.quarantine(principal, (Quarantine) request);
            case MINION_LABEL -> labelling.relabel(principal, (Relabel) request);
            case MINION_REMOVE -> removal.remove(principal, (MinionRef) request);
            case GROUP_SET -> groups.set(principal, (GroupDraft) request);
            case GROUP_REMOVE -> groups.remove(principal, (GroupRef) request);
            case BUS_STATUS -> Mono.fromSupplier(status);
            default -> throw new IllegalStateException(route + " has no single answer");
        };
    }

    /** The pages of an answer that may be long. */
    Flux<?> pages(Principal principal, Route route, Object request) {
        return switch (route) {
            case JOB_RESULTS -> results((ResultQuery) request);
            case JOB_CANCEL -> cancels.cancel(principal, (CancelQuery) request);
            case JOB_LIST -> history.list(principal, (JobQuery) request);
            case JOB_TARGETS -> history.targets((TargetQuery) request);
            case MINION_LIST ->
                fleet.list((MinionQuery) request).buffer(Limits.PAGE_ROWS).map(MinionPage::new);
            case MINION_PING ->
                fleet.ping((PingQuery) request)
                        .bufferTimeout(Limits.PAGE_ROWS, GATHER, timers, true)
                        .map(PingPage::new);
            case MINION_TAP -> taps.pages((TapQuery) request);
            case TARGET_PREVIEW -> fleet.preview((PreviewQuery) request);
            case GROUP_LIST -> groups.list();
            default -> throw new IllegalStateException(route + " has no pages");
        };
    }

    private Mono<Accepted> submit(Principal principal, Submit submit) {
        return jobs.accept(principal, submit);
    }

    private Flux<ResultPage> results(ResultQuery query) {
        return history.results(query);
    }
}
