package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import io.qcmd.client.Repeat;
import io.qcmd.protocol.JobInfo;
import java.util.function.IntSupplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the verbs have in common that run a job once more. */
final class Repeating {
    @Option(names = "--detach", description = "Print the new job's id and leave.")
    private boolean detach;

    @Mixin
    private final Remarking remarking = new Remarking();

    @Mixin
    private final Watching watching = new Watching();

    /**
     * Starts the new job and shows it.
     *
     * @param what the verb, for people
     * @param targets asks how many minions it will have, where that decides whether it is started
     */
    int show(Session session, QcmdClient client, Repeat plain, String what, JobInfo before, IntSupplier targets) {
        if (session.globals().format() == Globals.Format.RAW) {
            RawView.only(targets.getAsInt());
        }
        Repeat repeat = remarking.on(plain);
        if (detach) {
            return Detached.print(Calls.answer(repeat.start()), session);
        }
        JobWatch watch = new JobWatch(session, client, watching);
        String described = what + " of " + before.job().shortForm() + " · " + Texts.command(before.command());
        return watch.code(watch.submitted(repeat.events(), described));
    }
}
