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
    private final CtrlC ctrlC;
    private final Tally tally = new Tally();
    private volatile @Nullable JobId job;

    /** A watch without options. */
    JobWatch(Session session, QcmdClient client, JobView view) {
        this(session, client, view, new Watching());
    }

    JobWatch(Session session, QcmdClient client, JobView view, Watching watching) {
        this.session = session;
        this.client = client;
        this.view = view;
        this.watching = watching;
        this.ctrlC = new CtrlC(session, client, watching.onInterrupt(), view);
    }

    /** The number for what a watch came to. */
    int code(ExitCode exit) {
        return watching.code(exit, tally);
    }

    /** Follows a job from its submit on; {@code command} is for people. */
    ExitCode submitted(Flux<JobEvent> events, String command) {
        return follow(events.doOnNext(event -> {
            if (event instanceof JobEvent.Started started) {
                begins(started.accepted().job());
                tell(started.accepted(), command);
            }
        }));
    }

    /** Follows a job that somebody submitted before. */
    ExitCode attached(String reference) {
        var info = Calls.answer(client.job(reference).info());
        begins(info.job());
        header(info.job(), info.counts().total(), Texts.command(info.command()));
        return follow(client.job(info.job().toString()).events());
    }

    private void begins(JobId id) {
        job = id;
        ctrlC.watches(id);
    }

    private ExitCode follow(Flux<JobEvent> events) {
        long begun = session.clock().millis();
        Supplier<ExitCode> work = () -> {
            Calls.each(
                    events,
                    event -> ctrlC.draw(event, () -> {
                        tally.count(event);
                        view.show(event);
                    }),
                    () -> ctrlC.tick(view::tick));
            return end(Duration.ofMillis(session.clock().millis() - begun));
        };
        return ctrlC.during(work);
    }

    private ExitCode end(Duration took) {
        String id = String.valueOf(job);
        boolean cancelled =
                tally.mayBeCancelled() && Calls.answer(client.job(id).info()).cancelled();
        ExitCode exit = watching.exit(tally, cancelled);
        int code = code(exit);
        view.end(new JobOutcome(id, tally.ends(), exit, code, took));
        note(tally.summary() + " · " + Texts.duration(took) + (exit == ExitCode.OK ? "" : " · exit " + code));
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
