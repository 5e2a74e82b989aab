package io.qcmd.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for the help only: the launcher starts it without coming here. */
@Command(
        name = "simulate",
        description = "The whole system on virtual time, with faults, from seeds; see qcmd simulate --help.")
final class SimulateVerb implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new UsageError("simulate is started by the launcher only", "qcmd simulate --help");
    }
}
