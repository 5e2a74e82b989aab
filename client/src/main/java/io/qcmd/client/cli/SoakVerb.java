package io.qcmd.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for the help only: the launcher starts it without coming here. */
@Command(
        name = "soak",
        description =
                "Kill and cut off real processes at random while jobs run, and judge each job; see qcmd soak --help.")
final class SoakVerb implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new UsageError("soak is started by the launcher only", "qcmd soak --help");
    }
}
