package io.qcmd.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "attach", description = "Watch a job from its beginning to its end, as run does.")
final class AttachVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ID", description = "The last 6 or more characters of a job's id, @last, @-2.")
    private String id = "";

    @Mixin
    private final Watching watching = new Watching();

    AttachVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return session.with(client -> {
            JobWatch watch = new JobWatch(session, client, watching);
            return watch.code(watch.attached(id));
        });
    }
}
