package io.qcmd.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stands here for the help only: the launcher starts the bus without coming here. */
@Command(
        name = "bus",
        description = "Start a bus here; care of its store: bus backup FILE, bus restore FILE, bus check.")
final class BusVerb implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "Its bus.yaml.")
    private String config = "";

    @Override
    public Integer call() {
        throw new UsageError("a bus is started by the launcher only", "qcmd bus --config " + config);
    }
}
