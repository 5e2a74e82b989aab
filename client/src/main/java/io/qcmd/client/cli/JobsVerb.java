package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.JobStatus;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

@Command(name = "jobs", description = "What was run: jobs ls, show, output, minions, diff.")
final class JobsVerb {
    static final String ID = "The last 6 or more characters of a job's id, @last, @-2.";

    private final Session session;

    JobsVerb(Session session) {
        this.session = session;
    }

    @Command(name = "ls", description = "The newest jobs first.")
    int ls(
            @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many, 20 by default.")
                    int limit,
            @Option(names = "--mine", description = "Only those that you started.") boolean mine,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            split = ",",
                            description = "Only these: running, succeeded, partial, failed, cancelled.")
                    @Nullable
                    List<JobStatus> states,
            @Option(names = "--since", paramLabel = "TIME", description = "Only those of the last so many: 1h, 1d.")
                    @Nullable
                    Duration since,
            @Option(
                            names = "--note",
                            paramLabel = "NAME=VALUE",
                            description = "Only those that were started with it; of several, with all of them.")
                    @Nullable
                    Map<String, String> notes,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Look again and again; in a pipe one line of JSON for each change.")
                    boolean watch) {
        Set<JobStatus> some = states == null ? Set.of() : EnumSet.copyOf(states);
        JobQuery query = new JobQuery(
                limit,
                mine,
                some,
                since == null ? null : Long.valueOf(since.toMillis()),
                notes == null ? Map.of() : notes);
        return session.with(client -> {
            JobList list = new JobList(session);
            if (watch) {
                list.watch(client, query, JobList.PAUSE);
            } else {
                list.print(client.jobs(query));
            }
            return ExitCode.OK.code();
        });
    }

    @Command(name = "show", description = "All that is known of a job.")
    int show(@Parameters(paramLabel = "ID", description = ID) String id) {
        session.globals().checkPage();
        return session.with(client -> {
            JobInfo job = Calls.answer(client.job(id).info());
            if (session.globals().isText()) {
                Pager.show(session, () -> page(job));
            } else {
                session.console().json(out -> Shapes.job(job, out));
            }
            session.console().flush();
            return ExitCode.OK.code();
        });
    }

    @Command(name = "output", description = "What minions wrote, again.")
    int output(
            @Parameters(index = "0", paramLabel = "ID", description = ID) String id,
            @Parameters(index = "1..*", paramLabel = "MINION", description = "Only these.") String @Nullable [] minions,
            @Option(
                            names = {"-f", "--follow"},
                            description = "Go on until the job has ended.")
                    boolean follow) {
        return session.with(client -> {
            Job job = client.job(id);
            JobInfo before = Calls.answer(job.info());
            return new PastOutput(session, job, before, minions == null ? new String[0] : minions)
                    .print(follow)
                    .code();
        });
    }

    @Command(name = "minions", description = "How the minions of a job stand; -o name gives their names alone.")
    int minions(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            split = ",",
                            description = "Only these: ok, failed, timed-out, expired, lost, running...")
                    @Nullable
                    List<TargetState> states) {
        Set<TargetState> some = states == null ? Set.of() : EnumSet.copyOf(states);
        return session.with(client -> {
            Listing<TargetInfo> targets = new Listing<>(
                    "target",
                    List.of("MINION", "STATE", "EXECUTED", "EXIT", "TIME", "REASON"),
                    JobsVerb::cells,
                    JobShapes::target);
            targets.print(client.job(id).targets(some.toArray(TargetState[]::new)), session);
            return ExitCode.OK.code();
        });
    }

    private static List<String> cells(TargetInfo target) {
        Return result = target.result();
        return List.of(
                target.minion().value(),
                Texts.state(target.state()),
                target.state().isFinal() ? target.state().executed().name().toLowerCase(Locale.ROOT) : "–",
                result == null || result.exitCode() == null ? "–" : String.valueOf(result.exitCode()),
                result == null ? "–" : Texts.duration(Duration.ofMillis(result.durationMillis())),
                target.reason() == null ? "" : Escape.text(target.reason()));
    }

    @Command(name = "diff", description = "Which minions ended differently in two jobs, or wrote something else.")
    int diff(
            @Parameters(index = "0", paramLabel = "A", description = ID) String first,
            @Parameters(index = "1", paramLabel = "B", description = ID) String second) {
        return session.with(client -> {
            JobDiff diff = JobDiff.of(client.job(first), client.job(second));
            Listing<JobDiff.Difference> differences = new Listing<>(
                    "difference", List.of("MINION", "A", "B", "OUTPUT"), JobsVerb::cells, JobShapes::difference);
            if (!diff.differences().isEmpty() || !session.globals().isText()) {
                differences.print(Flux.fromIterable(diff.differences()), session);
            }
            if (!session.globals().quiet()) {
                session.console().note(diff.summary());
            }
            return ExitCode.OK.code();
        });
    }

    private static List<String> cells(JobDiff.Difference difference) {
        return List.of(
                difference.minion(),
                difference.first().isEmpty() ? "–" : difference.first(),
                difference.second().isEmpty() ? "–" : difference.second(),
                switch (difference.kind()) {
                    case OUTPUT -> "differs";
                    case UNKNOWN -> "unknown";
                    case END, FIRST_ONLY, SECOND_ONLY -> "";
                });
    }

    private void page(JobInfo job) {
        Console console = session.console();
        console.print("job        " + job.job());
        if (job.parent() != null) {
            console.print("made from  " + JobList.origin(job.parent()));
        }
        console.print("state      " + job.status().name().toLowerCase(Locale.ROOT));
        if (job.cancel() != null && !job.cancel().reason().isEmpty()) {
            console.print("cancelled  " + Escape.text(job.cancel().reason()));
        }
        console.print("target     " + Escape.text(job.selection().target().expression()));
        console.print("command    " + Texts.command(job.command()));
        console.print(
                "timeout    " + Texts.duration(Duration.ofMillis(job.command().timeoutMillis())));
        console.print("by         " + Escape.text(job.submittedBy()));
        if (!job.remark().reason().isEmpty()) {
            console.print("reason     " + Escape.text(job.remark().reason()));
        }
        if (!job.remark().notes().isEmpty()) {
            console.print("notes      " + Texts.pairs(job.remark().notes()));
        }
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
}
