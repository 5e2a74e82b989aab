package io.qcmd.client.cli;

import io.qcmd.client.Job;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.Retry;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description =
                "Run a job's command once more where it was not executed, failed or timed out, or where the options say.")
final class RetryVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ID", description = JobsVerb.ID)
    private String id = "";

    @Option(names = "--failed", description = "Where it failed or timed out.")
    private boolean failed;

    @Option(names = "--missing", description = "Where it was not executed.")
    private boolean missing;

    @Option(
            names = "--unknown",
            description = "Where nobody knows whether it was executed (LOST, INTERRUPTED): there it may run twice.")
    private boolean unknown;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = "Where it ended so: timed-out, expired, terminated...")
    private List<TargetState> states = new ArrayList<>();

    @Mixin
    private final Repeating repeating = new Repeating();

    RetryVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.with(client -> {
            JobInfo before = Calls.answer(client.job(id).info());
            Job job = client.job(before.job().toString());
            Set<TargetState> which = which();
            return repeating.show(
                    session, client, job.retry(states(which)), "retry", before, () -> targets(job, which));
        });
    }

    private static int targets(Job job, Set<TargetState> which) {
        Set<TargetState> meant = which.isEmpty() ? Retry.USUAL : which;
        return Math.toIntExact(Calls.answer(job.targets(states(meant)).count()));
    }

    private static TargetState[] states(Set<TargetState> which) {
        return which.toArray(TargetState[]::new);
    }

    /** None: the bus's own choice. */
    private Set<TargetState> which() {
        Set<TargetState> which = EnumSet.noneOf(TargetState.class);
        which.addAll(states);
        if (failed) {
            which.addAll(Retry.FAILED);
        }
        if (missing) {
            which.addAll(Retry.MISSING);
        }
        if (unknown) {
            which.addAll(Retry.UNKNOWN);
        }
        return which;
    }
}
