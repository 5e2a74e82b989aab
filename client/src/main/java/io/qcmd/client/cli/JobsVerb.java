package io.qcmd.client.cli;

import io.qcmd.client.JobEvent;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

@Command(name = "jobs", description = "What was run: jobs ls, jobs show ID, jobs output ID [MINION...].")
final class JobsVerb {
    private static final String ID = "The last 6 or more characters of a job's id, @last, @-2.";

    private final Session session;

    JobsVerb(Session session) {
        this.session = session;
    }

    @Command(name = "ls", description = "The newest jobs first.")
    int ls(
            @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many, 20 by default.")
                    int limit) {
        return session.with(client -> {
            Listing<JobInfo> jobs = new Listing<>(
                    "job",
                    List.of("ID", "WHEN", "WHO", "TARGET", "COMMAND", "MINIONS", "OK", "✗", "?", "STATE", "TIME"),
                    this::cells,
                    Shapes::job);
            jobs.print(client.jobs(limit), session);
            return ExitCode.OK.code();
        });
    }

    @Command(name = "show", description = "All that is known of a job.")
    int show(@Parameters(paramLabel = "ID", description = ID) String id) {
        return session.with(client -> {
            JobInfo job = Calls.answer(client.job(id).info());
            if (session.globals().isText()) {
                page(job);
            } else {
                session.console().json(out -> Shapes.job(job, out));
            }
            session.console().flush();
            return ExitCode.OK.code();
        });
    }

    @Command(name = "output", description = "What minions wrote, again; follows a job that still runs.")
    int output(
            @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
            @Parameters(index = "1..*", paramLabel = "MINION", description = "Only these.") String... minions) {
        return session.with(client -> {
            String[] only = minions == null ? new String[0] : minions;
            Flux<JobEvent> printed = client.job(id).output(only).map(JobEvent.Printed::new);
            if (session.globals().isText()) {
                PlainView view = new PlainView(session.console(), true);
                Calls.each(printed, flushed(view));
                view.finish();
            } else {
                Calls.each(printed, flushed(new JsonLinesView(session.console())));
            }
            return ExitCode.OK.code();
        });
    }

    /** Each piece at once: the job may go on for long. */
    private Consumer<JobEvent> flushed(JobView view) {
        return event -> {
            view.show(event);
            session.console().flush();
        };
    }

    private List<String> cells(JobInfo job) {
        Counts counts = job.counts();
        int ok = counts.of(TargetState.SUCCEEDED);
        int failed = counts.of(TargetState.FAILED);
        long until = job.endedAt() == 0 ? session.clock().millis() : job.endedAt();
        return List.of(
                job.job().shortForm(),
                Texts.coarse(Duration.ofMillis(session.clock().millis() - job.acceptedAt())) + " ago",
                Escape.text(job.submittedBy()),
                cut(Escape.text(job.selection().target().expression())),
                cut(Texts.command(job.command())),
                Texts.count(counts.total()),
                Texts.count(ok),
                Texts.count(failed),
                Texts.count(counts.total() - counts.live() - ok - failed),
                job.status().name().toLowerCase(Locale.ROOT),
                Texts.duration(Duration.ofMillis(until - job.acceptedAt())));
    }

    private void page(JobInfo job) {
        Console console = session.console();
        console.print("job        " + job.job());
        console.print("state      " + job.status().name().toLowerCase(Locale.ROOT));
        console.print("target     " + Escape.text(job.selection().target().expression()));
        console.print("command    " + Texts.command(job.command()));
        console.print(
                "timeout    " + Texts.duration(Duration.ofMillis(job.command().timeoutMillis())));
        console.print("by         " + Escape.text(job.submittedBy()));
        console.print("accepted   " + Texts.time(job.acceptedAt()));
        console.print(
                job.endedAt() == 0
                        ? "completes  by " + Texts.time(job.completesBy())
                        : "ended      " + Texts.time(job.endedAt()));
        StringBuilder minions =
                new StringBuilder("minions    ").append(Texts.count(job.counts().total()));
        job.counts()
                .byState()
                .forEach((state, count) -> minions.append(" · ")
                        .append(Texts.count(count))
                        .append(' ')
                        .append(Texts.state(state)));
        console.print(minions.toString());
    }

    private static String cut(String text) {
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }
}
