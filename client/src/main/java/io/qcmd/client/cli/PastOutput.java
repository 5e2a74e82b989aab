package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.protocol.JobInfo;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Flux;

/** What minions of a job wrote, again, in the form that {@code run} would have had. */
final class PastOutput {
    private final Session session;
    private final Job job;
    private final JobInfo before;
    private final String[] only;

    /** @param only these minions; empty: all */
    PastOutput(Session session, Job job, JobInfo before, String... only) {
        this.session = session;
        this.job = job;
        this.before = before;
        this.only = only.clone();
    }

    /** @param follow to the end of the job, and not only what there is */
    void print(boolean follow) {
        Globals.Output output = session.globals().output();
        if (output.format() == Globals.Format.RAW) {
            RawView.only(only.length == 0 ? before.counts().total() : only.length);
        }
        Flux<OutputChunk> chunks = follow ? job.output(only) : job.outputSoFar(only);
        switch (output.format()) {
            case JSON -> document(chunks);
            case JSONL, YAML -> show(chunks, new JsonLinesView(session.console()));
            case RAW -> show(chunks, new RawView(session.console())).finish();
            case DIR -> files(chunks, new DirectoryView(Objects.requireNonNull(output.directory()), session.console()));
            default -> show(chunks, new PlainView(session.console(), true)).finish();
        }
        if (!follow && before.endedAt() == 0 && !session.globals().quiet()) {
            String name = before.job().shortForm();
            session.console().note("job " + name + " goes on; qcmd jobs output " + name + " -f follows it");
        }
    }

    private void document(Flux<OutputChunk> chunks) {
        WrittenByMinion written = new WrittenByMinion();
        Calls.each(chunks, written::add);
        written.print(session.console());
    }

    /** Those that have ended get their exit codes, and files also where they wrote nothing. */
    private void files(Flux<OutputChunk> chunks, DirectoryView directory) {
        show(chunks, directory);
        Set<String> some = Set.of(only);
        Calls.each(
                job.targets()
                        .filter(target ->
                                some.isEmpty() || some.contains(target.minion().value()))
                        .filter(target -> target.state().isFinal()),
                directory::end);
        directory.finish();
    }

    /** Each piece at once: the job may go on for long. */
    private <V extends JobView> V show(Flux<OutputChunk> chunks, V view) {
        Calls.each(chunks, chunk -> {
            view.show(new JobEvent.Printed(chunk));
            session.console().flush();
        });
        return view;
    }
}
