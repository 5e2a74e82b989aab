package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.JobId;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Follows one job to its end: shows it, counts it, and says what it came to. */
final class JobWatch {
    private final Session session;
    private final QcmdClient client;
    private final JobView view;
    private final Watching watching;
    private final Tally tally = new Tally();
    private final Summary summary = new Summary(tally);
    private final Progress progress;
    private final CtrlC ctrlC;
    private volatile @Nullable JobId job;
    private boolean ours;

    /** In the view that the options ask for. */
    JobWatch(Session session, QcmdClient client, Watching watching) {
        this(session, client, JobView.of(session, watching), watching);
    }

    JobWatch(Session session, QcmdClient client, JobView view, Watching watching) {
        this.session = session;
        this.client = client;
        this.view = view;
        this.watching = watching;
        this.progress = new Progress(session, tally, watching.onInterrupt());
        this.ctrlC = new CtrlC(session, client, watching.onInterrupt(), progress, tally);
    }

    /** The number for what a watch came to. */
    int code(ExitCode exit) {
        return watching.code(exit, tally);
    }

    /** Follows a job from its submit on; {@code command} is for people. */
    ExitCode submitted(Flux<JobEvent> events, String command) {
        ours = true;
        return follow(events.doOnNext(event -> {
            if (event instanceof JobEvent.Started started) {
                job = started.accepted().job();
                ctrlC.watches(started.accepted().job());
                tell(started.accepted(), command);
            }
        }));
    }

    /** Follows a job that somebody submitted before. */
    ExitCode attached(String reference) {
        var info = Calls.answer(client.job(reference).info());
        job = info.job();
        ctrlC.watches(info.job());
        header(info.job(), info.counts().total(), Texts.command(info.command()));
        begin(info.job(), info.counts().total());
        return follow(client.job(info.job().toString()).events());
    }

    private void begin(JobId id, int targets) {
        view.begin(id, targets);
        progress.begin(targets);
    }

    private ExitCode follow(Flux<JobEvent> events) {
        long begun = session.clock().millis();
        // Made here, where the rehearsal comes by, and not at the first tick, before which a quick job ends: a lambda
        // that no archive holds takes 10 ms.
        Runnable tick = this::tick;
        Supplier<ExitCode> work = () -> {
            Calls.each(
                    events,
                    event -> ctrlC.draw(event, () -> show(event, ours ? since(begun) : Duration.ZERO)),
                    () -> ctrlC.tick(tick));
            return end(since(begun));
        };
        return ctrlC.during(work);
    }

    private Duration since(long begun) {
        return Duration.ofMillis(session.clock().millis() - begun);
    }

    private void show(JobEvent event, Duration elapsed) {
        if (event instanceof JobEvent.Started started) {
            begin(started.accepted().job(), started.accepted().matched());
        }
        tally.count(event);
        summary.count(event, elapsed);
        progress.count(event);
        view.show(event);
        if (event instanceof JobEvent.Progressed) {
            // As long as events are there no tick comes between them.
            progress.tick(view);
        }
    }

    private void tick() {
        view.tick();
        progress.tick(view);
    }

    private ExitCode end(Duration took) {
        String id = String.valueOf(job);
        boolean cancelled =
                tally.mayBeCancelled() && Calls.answer(client.job(id).info()).cancelled();
        ExitCode exit = watching.exit(tally, cancelled);
        JobOutcome outcome = new JobOutcome(id, tally.ends(), exit, code(exit), took);
        session.console().erase();
        view.end(outcome);
        summary.lines(outcome).forEach(this::note);
        return exit;
    }

    private void tell(Accepted accepted, String command) {
        header(accepted.job(), accepted.matched(), command);
        Discarded discarded = accepted.discarded();
        LeftOut.lines(discarded.counts(), discarded.names()).forEach(this::note);
    }

    private void header(JobId id, int targets, String command) {
        note("job " + id.shortForm() + " · " + Texts.minions(targets) + " · " + command);
    }

    private void note(String line) {
        if (!session.globals().quiet()) {
            session.console().note(line);
        }
    }
}
