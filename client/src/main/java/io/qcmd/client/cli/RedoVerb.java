package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.client.QcmdClient;
import io.qcmd.client.Repeat;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.Selection;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "redo", description = "Run a job's command once more, on whom its target means now, and show it.")
final class RedoVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ID", description = JobsVerb.ID)
    private String id = "";

    @Option(names = "--same-minions", description = "On the minions that it had, whomever its target means now.")
    private boolean sameMinions;

    @Option(names = "--on", paramLabel = "TARGET", description = "On these instead.")
    private @Nullable String on;

    @Option(names = "--detach", description = "Print the new job's id and leave.")
    private boolean detach;

    @Mixin
    private final Watching watching = new Watching();

    RedoVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (sameMinions && on != null) {
            throw new UsageError("--same-minions and --on mean different minions", "use one of both");
        }
        return session.with(client -> {
            JobInfo before = Calls.answer(client.job(id).info());
            Repeat repeat = repeat(client.job(before.job().toString()));
            return detach ? Detached.print(Calls.answer(repeat.start()), session) : watched(client, repeat, before);
        });
    }

    private Repeat repeat(Job job) {
        if (on != null) {
            return job.redoOn(Selection.of(TargetText.read(on)));
        }
        return sameMinions ? job.redoOnSameMinions() : job.redo();
    }

    private int watched(QcmdClient client, Repeat repeat, JobInfo before) {
        String described = "redo of " + before.job().shortForm() + " · " + Texts.command(before.command());
        JobWatch watch = new JobWatch(session, client, watching);
        return watch.code(watch.submitted(repeat.events(), described));
    }
}
