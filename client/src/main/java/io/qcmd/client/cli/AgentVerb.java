package io.qcmd.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stands here for the help only: the launcher starts the agent without coming here. */
@Command(name = "agent", description = "Start an agent here: this host becomes a minion.")
final class AgentVerb implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "Its agent.yaml.")
    private String config = "";

    @Override
    public Integer call() {
        throw new UsageError("an agent is started by the launcher only", "qcmd agent --config " + config);
    }
}
