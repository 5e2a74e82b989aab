package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobQuery;
import io.qcmd.protocol.Parent;
import io.qcmd.protocol.Remark;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The jobs of a bus as a table, or as JSON; once, or again and again. */
final class JobList {
    /** Between two looks: often enough for eyes, and nothing for a bus. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final Session session;
    private final Map<String, JobInfo> told = new HashMap<>();

    JobList(Session session) {
        this.session = session;
    }

    void print(Flux<JobInfo> jobs) {
        listing().print(jobs, session);
    }

    /** On a terminal the table, drawn anew; else a line of JSON for each job that is new, or not as it was. Ends with an error, or with the process. */
    void watch(QcmdClient client, JobQuery query, Duration pause) {
        boolean drawn = session.console().isTerminal() && session.globals().isText();
        while (true) {
            List<JobInfo> jobs = Calls.answer(client.jobs(query).collectList());
            if (drawn) {
                session.console().print(CLEAR);
                print(Flux.fromIterable(jobs));
            } else {
                news(jobs);
            }
            Calls.pause(pause);
        }
    }

    /** The oldest first, as they happened. */
    private void news(List<JobInfo> jobs) {
        Map<String, JobInfo> before = new HashMap<>(told);
        told.clear();
        for (int i = jobs.size() - 1; i >= 0; i--) {
            JobInfo job = jobs.get(i);
            told.put(job.job().toString(), job);
            if (!job.equals(before.get(job.job().toString()))) {
                session.console().json(out -> {
                    out.writeStringField("type", "job");
                    Shapes.job(job, out);
                });
            }
        }
        session.console().flush();
    }

    private Listing<JobInfo> listing() {
        return new Listing<>(
                "job",
                List.of("ID", "WHEN", "WHO", "TARGET", "COMMAND", "MINIONS", "OK", "✗", "?", "STATE", "TIME", "NOTE"),
                Set.of("TARGET", "COMMAND"),
                this::cells,
                Shapes::job);
    }

    private List<String> cells(JobInfo job) {
        Globals.Format format = session.globals().format();
        Counts counts = job.counts();
        int ok = counts.of(TargetState.SUCCEEDED);
        int failed = counts.of(TargetState.FAILED);
        long until = job.endedAt() == 0 ? session.clock().millis() : job.endedAt();
        return List.of(
                format == Globals.Format.PLAIN
                        ? job.job().shortForm()
                        : job.job().toString(),
                Texts.coarse(Duration.ofMillis(session.clock().millis() - job.acceptedAt())) + " ago",
                Escape.text(job.submittedBy()),
                cut(Escape.text(job.selection().target().expression()), format),
                cut(Texts.command(job.command()), format),
                Texts.count(counts.total()),
                Texts.count(ok),
                Texts.count(failed),
                Texts.count(counts.total() - counts.live() - ok - failed),
                job.status().name().toLowerCase(Locale.ROOT),
                Texts.duration(Duration.ofMillis(until - job.acceptedAt())),
                note(job, format));
    }

    /** What it was made from; in a wide list also why it was wanted. */
    private static String note(JobInfo job, Globals.Format format) {
        Remark remark = format == Globals.Format.WIDE ? job.remark() : Remark.NONE;
        return Stream.of(origin(job.parent()), Escape.text(remark.reason()), Texts.pairs(remark.notes()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" · "));
    }

    /** {@code retry of 9RM3XD}; empty: it was made from no other. */
    static String origin(@Nullable Parent parent) {
        return parent == null
                ? ""
                : parent.kind().name().toLowerCase(Locale.ROOT) + " of "
                        + parent.job().shortForm();
    }

    /** On a terminal the table knows how much room there is. */
    private String cut(String text, Globals.Format format) {
        boolean isWhole = format == Globals.Format.WIDE
                || format == Globals.Format.PLAIN && session.console().isTerminal();
        return isWhole ? text : Width.cut(text, 40);
    }
}
