package io.qcmd.client;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionPage;
import io.qcmd.protocol.MinionQuery;
import io.qcmd.protocol.MinionRef;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.PingQuery;
import io.qcmd.protocol.PreviewPage;
import io.qcmd.protocol.PreviewQuery;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quarantine;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Relabel;
import io.qcmd.protocol.Relabelled;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TapPage;
import io.qcmd.protocol.TapQuery;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The client, whatever carries its questions. */
final class BusClient implements QcmdClient, Minions {
    private final Requester requester;
    private final Reconnect reconnect;
    /** Random once, as that reads a device and so may wait; its submits are numbered. */
    private final String name = UUID.randomUUID().toString();

    private final AtomicLong submits = new AtomicLong();

    BusClient(Requester requester, Reconnect reconnect) {
        this.requester = requester;
        this.reconnect = reconnect;
    }

    /** A new one, which nobody else has. */
    String requestId() {
        return name + "-" + submits.incrementAndGet();
    }

    @Override
    public Mono<BusStatus> status() {
        return ask(Route.BUS_STATUS, new Route.Empty(), BusStatus.class);
    }

    @Override
    public Mono<Duration> ping() {
        return status().elapsed().map(answer -> Duration.ofMillis(answer.getT1()));
    }

    @Override
    public RunSpec run(Target target) {
        return BusRun.of(this, target);
    }

    @Override
    public Job job(String reference) {
        return new BusJob(this, new JobRef(reference));
    }

    @Override
    public Flux<JobInfo> jobs(JobQuery query) {
        return pages(Route.JOB_LIST, query, JobPage.class).flatMapIterable(JobPage::jobs);
    }

    @Override
    public Minions minions() {
        return this;
    }

    @Override
    public Groups groups() {
        return new BusGroups(this);
    }

    @Override
    public Flux<MinionInfo> list(Selection selection) {
        return list(new MinionQuery(selection, null));
    }

    @Override
    public Flux<MinionInfo> list(Selection selection, MinionInfo.Presence state) {
        return list(new MinionQuery(selection, state));
    }

    private Flux<MinionInfo> list(MinionQuery query) {
        return pages(Route.MINION_LIST, query, MinionPage.class).flatMapIterable(MinionPage::minions);
    }

    @Override
    public Mono<MinionInfo> get(String id) {
        MinionId minion = new MinionId(id);
        return list(new Target(minion.value()))
                .filter(info -> info.id().equals(minion))
                .next()
                .switchIfEmpty(Mono.error(() -> notFound(minion)))
                .onErrorMap(BusClient::isNoMatch, none -> notFound(minion));
    }

    @Override
    public Flux<PingPage.Pong> ping(Selection selection, Duration limit) {
        PingQuery query = new PingQuery(selection, limit.toMillis());
        return reconnect
                .within(limit, pages(Route.MINION_PING, query, PingPage.class))
                .flatMapIterable(PingPage::pongs);
    }

    @Override
    public Mono<Quarantined> quarantine(Target target, String reason) {
        return ask(Route.MINION_QUARANTINE, new Quarantine(target, true, reason), Quarantined.class);
    }

    @Override
    public Mono<Quarantined> release(Target target) {
        return ask(Route.MINION_QUARANTINE, new Quarantine(target, false, ""), Quarantined.class);
    }

    @Override
    public Mono<Relabelled> label(Target target, Labels.Change change) {
        return ask(Route.MINION_LABEL, new Relabel(target, change), Relabelled.class);
    }

    @Override
    public Mono<Void> remove(String id) {
        return Mono.defer(() -> ask(Route.MINION_REMOVE, new MinionRef(new MinionId(id)), MinionRef.class))
                .then();
    }

    @Override
    public Flux<PreviewPage> preview(Selection selection) {
        return pages(Route.TARGET_PREVIEW, new PreviewQuery(selection), PreviewPage.class);
    }

    @Override
    public Flux<TapPage> tap(String id) {
        return Flux.defer(() -> pages(Route.MINION_TAP, new TapQuery(new MinionId(id)), TapPage.class))
                .concatWith(Mono.error(ConnectionLost::new));
    }

    @Override
    public void close() {
        requester.close();
    }

    /** One question, one answer. */
    <A> Mono<A> ask(Route route, Object request, Class<A> answer) {
        return reconnect.response(() -> requester.response(route, request, answer));
    }

    /** Starts a job: may be sent more than once, as the request has an id. */
    Mono<Accepted> submit(Route route, Object request) {
        return reconnect.submit(() -> requester.response(route, request, Accepted.class));
    }

    /** Pages without a place to resume at: a broken connection is told. */
    <A> Flux<A> pages(Route route, Object request, Class<A> answer) {
        return requester.stream(route, request, answer);
    }

    Requester requester() {
        return requester;
    }

    Reconnect reconnect() {
        return reconnect;
    }

    private static boolean isNoMatch(Throwable failure) {
        return failure instanceof QcmdException error && error.code() == ErrorCode.NO_MINIONS_MATCHED;
    }

    private static QcmdException notFound(MinionId minion) {
        return new QcmdException(ErrorCode.MINION_NOT_FOUND, "minion '" + minion + "' is not enrolled");
    }
}
