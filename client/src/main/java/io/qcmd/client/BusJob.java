package io.qcmd.client;

import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Route;
import java.util.List;
import java.util.stream.Stream;
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
        return cursor(false, false, List.of())
                .ofType(JobEvent.Ended.class)
                .filter(end -> !end.late())
                .map(JobEvent.Ended::result);
    }

    @Override
    public Flux<OutputChunk> output(String... minions) {
        return cursor(true, false, ids(minions)).ofType(JobEvent.Printed.class).map(JobEvent.Printed::chunk);
    }

    @Override
    public Flux<JobEvent> events() {
        return cursor(true, true, List.of());
    }

    @Override
    public Mono<JobInfo> await() {
        return results().then(info());
    }

    @Override
    public Flux<CancelPage.Answer> cancel(String... minions) {
        List<MinionId> only = ids(minions);
        if (only.isEmpty()) {
            return cancelled(only);
        }
        return Flux.fromIterable(only).buffer(Limits.PAGE_ROWS).concatMap(this::cancelled);
    }

    private Flux<CancelPage.Answer> cancelled(List<MinionId> only) {
        return jobId().flatMapMany(job -> client.pages(Route.JOB_CANCEL, new CancelQuery(job, only), CancelPage.class))
                .flatMapIterable(CancelPage::answers);
    }

    private Flux<JobEvent> cursor(boolean output, boolean hints, List<MinionId> only) {
        return jobId().flatMapMany(job -> ResultCursor.events(client, new ResultQuery(job, 0, output, hints, only)));
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
