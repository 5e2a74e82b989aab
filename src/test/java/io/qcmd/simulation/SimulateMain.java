package io.qcmd.simulation;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcmd simulate}: many seeds, or the story of one. Ends with 0, with 1 when a promise was broken, with 2 for wrong words. */
@Command(
        name = "qcmd simulate",
        description = "Runs the whole system on virtual time, with faults, one simulation for each seed.",
        mixinStandardHelpOptions = true)
public final class SimulateMain implements Callable<Integer> {
    private static final int MOST_AGENTS = 50;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--seeds",
            defaultValue = "1000",
            paramLabel = "N",
            description = "How many seeds (${DEFAULT-VALUE}).")
    private long seeds;

    @Option(
            names = "--from",
            defaultValue = "1",
            paramLabel = "SEED",
            description = "The first of them (${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--seed", paramLabel = "SEED", description = "Only this one, and all that happens in it.")
    @Nullable
    private Long seed;

    @Option(
            names = "--agents",
            paramLabel = "M",
            description = "Agents, 1 to " + MOST_AGENTS + "; by default 1 to 5, by the seed.")
    @Nullable
    private Integer agents;

    @Option(
            names = "--without",
            defaultValue = "NONE",
            paramLabel = "RULE",
            description = "Takes a rule away, to see it being missed: ${COMPLETION-CANDIDATES}.")
    private Mutation mutation = Mutation.NONE;

    private SimulateMain() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new SimulateMain()).execute(args));
    }

    @Override
    public Integer call() {
        if (agents != null && (agents < 1 || agents > MOST_AGENTS)) {
            throw new CommandLine.ParameterException(spec.commandLine(), agents + " agents: use 1 to " + MOST_AGENTS);
        }
        return seed == null ? many() : one(seed);
    }

    private int one(long only) {
        Simulation.Outcome outcome = run(only);
        out().print(outcome.log());
        out().println(outcome);
        out().flush();
        return outcome.broken() == null ? 0 : 1;
    }

    private int many() {
        Tally tally = Tally.of(LongStream.range(from, from + seeds), this::run);
        tally.broken().forEach(out()::println);
        out().println(tally);
        out().flush();
        return tally.broken().isEmpty() ? 0 : 1;
    }

    private Simulation.Outcome run(long one) {
        return Simulation.run(one, agents == null ? Simulation.agents(one) : agents, mutation);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
