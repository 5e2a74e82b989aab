package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.client.JobEvent;
import io.qcmd.client.OutputChunk;
import io.qcmd.protocol.JobInfo;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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

    /**
     * Ends well, or, when minions are asked for that are no targets of the job, as with a minion that was left out.
     *
     * @param follow to the end of the job, and not only what there is
     */
    ExitCode print(boolean follow) {
        Globals.Output output = session.globals().output();
        if (output.format() == Globals.Format.RAW) {
            RawView.only(only.length == 0 ? before.counts().total() : only.length);
        }
        Set<String> silent = new TreeSet<>(List.of(only));
        Flux<OutputChunk> chunks =
                (follow ? job.output(only) : job.outputSoFar(only)).doOnNext(chunk -> silent.remove(chunk.minion()));
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
        return silent.isEmpty() ? ExitCode.OK : strangers(silent);
    }

    /** Who wrote nothing may be no target at all. */
    private ExitCode strangers(Set<String> silent) {
        Calls.each(job.targets(), target -> silent.remove(target.minion().value()));
        if (silent.isEmpty()) {
            return ExitCode.OK;
        }
        if (!session.globals().quiet()) {
            String names = String.join(" ", FoldedNames.of(List.copyOf(silent)));
            String name = before.job().shortForm();
            session.console()
                    .note("left out: " + Texts.minions(silent.size()) + " (no target of job " + name + "): "
                            + Escape.text(names));
        }
        return ExitCode.NO_STATUS;
    }

    private void document(Flux<OutputChunk> chunks) {
        WrittenByMinion written = new WrittenByMinion();
        Calls.each(chunks, written::add);
        written.print(session.console());
    }

    /** Those that have ended get their exit codes, and files also where they wrote nothing. */
    private void files(Flux<OutputChunk> chunks, DirectoryView directory) {
        show(chunks, directory);
        Set<String> some = new TreeSet<>(List.of(only));
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
