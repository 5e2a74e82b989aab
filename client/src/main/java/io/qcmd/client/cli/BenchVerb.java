package io.qcmd.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for the help only: the launcher starts it without coming here. */
@Command(
        name = "bench",
        description = "Measure the hallway, beside the limit of what carries it; see qcmd bench --help.")
final class BenchVerb implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new UsageError("bench is started by the launcher only", "qcmd bench --help");
    }
}
