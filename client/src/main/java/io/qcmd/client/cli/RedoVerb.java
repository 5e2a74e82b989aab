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

    @Mixin
    private final Repeating repeating = new Repeating();

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
            return repeating.show(session, client, repeat, "redo", before, () -> targets(client, before));
        });
    }

    private int targets(QcmdClient client, JobInfo before) {
        return sameMinions
                ? before.counts().total()
                : RawView.targets(client, on == null ? before.selection() : others(on));
    }

    private Repeat repeat(Job job) {
        if (on != null) {
            return job.redoOn(others(on));
        }
        return sameMinions ? job.redoOnSameMinions() : job.redo();
    }

    private static Selection others(String target) {
        return Selection.of(TargetText.read(target));
    }
}
