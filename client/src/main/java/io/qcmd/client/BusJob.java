package io.qcmd.client;

import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Redo;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Retry;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetPage;
import io.qcmd.protocol.TargetQuery;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import io.qcmd.protocol.TraceQuery;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A job by any of its names; one that is not the whole id is resolved once per subscription. */
class BusJob implements Job {
    private final BusClient client;
    private final JobRef reference;

    BusJob(BusClient client, JobRef reference) {
        this.client = client;
        this.reference = reference;
    }

    @Override
    public String id() {
        return reference.text();
    }

    @Override
    public Mono<JobInfo> info() {
        return client.ask(Route.JOB_SHOW, reference, JobInfo.class);
    }

    @Override
    public Flux<TargetResult> results() {
        return cursor(false, false)
                .ofType(JobEvent.Ended.class)
                .filter(end -> !end.late())
                .map(JobEvent.Ended::result);
    }

    @Override
    public Flux<OutputChunk> output(String... minions) {
        return output(true, minions);
    }

    @Override
    public Flux<OutputChunk> outputSoFar(String... minions) {
        return output(false, minions);
    }

    private Flux<OutputChunk> output(boolean follow, String... minions) {
        List<MinionId> only = ids(minions);
        return jobId().flatMapMany(
                        job -> ResultCursor.events(client, new ResultQuery(job, 0, true, false, only, follow)))
                .ofType(JobEvent.Printed.class)
                .map(JobEvent.Printed::chunk);
    }

    @Override
    public Flux<JobEvent> events() {
        return cursor(true, true);
    }

    @Override
    public Mono<JobInfo> await() {
        return results().then(info());
    }

    @Override
    public Flux<CancelPage.Answer> cancel(CancelWish how, String... minions) {
        List<MinionId> only = ids(minions);
        if (only.isEmpty()) {
            return cancelled(how, only);
        }
        return Flux.fromIterable(only).buffer(Limits.PAGE_ROWS).concatMap(some -> cancelled(how, some));
    }

    private Flux<CancelPage.Answer> cancelled(CancelWish how, List<MinionId> only) {
        return jobId().flatMapMany(
                        job -> client.pages(Route.JOB_CANCEL, new CancelQuery(job, only, how), CancelPage.class))
                .flatMapIterable(CancelPage::answers);
    }

    @Override
    public Flux<TargetInfo> targets(TargetState... states) {
        Set<TargetState> some = Set.copyOf(List.of(states));
        return jobId().flatMapMany(job -> client.pages(Route.JOB_TARGETS, new TargetQuery(job, some), TargetPage.class))
                .flatMapIterable(TargetPage::targets);
    }

    @Override
    public Mono<Trace> trace(String minion) {
        return Mono.fromSupplier(() -> new MinionId(minion))
                .flatMap(id ->
                        jobId().flatMap(job -> client.ask(Route.TARGET_EXPLAIN, new TraceQuery(job, id), Trace.class)));
    }

    @Override
    public Repeat redo() {
        return redo(null, false);
    }

    @Override
    public Repeat redoOnSameMinions() {
        return redo(null, true);
    }

    @Override
    public Repeat redoOn(Selection others) {
        return redo(others, false);
    }

    private Repeat redo(@Nullable Selection on, boolean sameMinions) {
        return repeat(
                (request, remark) -> accepted(Route.JOB_REDO, job -> new Redo(request, job, on, sameMinions, remark)));
    }

    @Override
    public Repeat retry(TargetState... states) {
        Set<TargetState> which = states.length == 0 ? Retry.USUAL : Set.copyOf(List.of(states));
        return repeat((request, remark) -> accepted(Route.JOB_RETRY, job -> new Retry(request, job, which, remark)));
    }

    private Repeat repeat(BusRepeat.Question question) {
        return new BusRepeat(client, question, null, Remark.NONE);
    }

    private Mono<Accepted> accepted(Route route, Function<JobId, Object> request) {
        return jobId().flatMap(job -> client.submit(route, request.apply(job)));
    }

    private Flux<JobEvent> cursor(boolean output, boolean hints) {
        return jobId().flatMapMany(
                        job -> ResultCursor.events(client, new ResultQuery(job, 0, output, hints, List.of())));
    }

    private Mono<JobId> jobId() {
        return reference.text().length() == JobId.LENGTH
                ? Mono.fromSupplier(() -> JobId.parse(reference.text()))
                : info().map(JobInfo::job);
    }

    private static List<MinionId> ids(String... names) {
        return Stream.of(names).map(MinionId::new).toList();
    }
}
