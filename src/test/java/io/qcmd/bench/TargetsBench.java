package io.qcmd.bench;

import io.qcmd.bus.fleet.Roster;
import io.qcmd.bus.fleet.TargetResolver;
import io.qcmd.protocol.Target;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What targets cost, as CPU time of the thread that resolves them: true on a busy machine too. */
@Command(
        name = "targets",
        mixinStandardHelpOptions = true,
        description =
                "What it costs to find out whom a target means, parsing included: four web to one db minion, with labels and facts.")
final class TargetsBench implements Callable<Integer> {
    private static final double MOST_MILLIS = 50;

    @Parameters(paramLabel = "TARGET", arity = "0..*", description = "Only these; by default one of each kind.")
    private List<String> targets = new ArrayList<>();

    @Option(
            names = "--minions",
            defaultValue = "" + TargetResolverBenchmark.MINIONS,
            paramLabel = "N",
            description = "How many (${DEFAULT-VALUE}).")
    private int minions;

    @Option(
            names = "--rounds",
            defaultValue = "50",
            paramLabel = "N",
            description = "How often each is resolved, one after the other (${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private Options options = new Options();

    /** @param cpu of the resolving thread */
    private record Cost(String target, int matched, Spread cpu) {}

    @Override
    public Integer call() throws IOException {
        if (minions < 1 || minions > TargetResolverBenchmark.MINIONS || rounds < 1) {
            throw options.refused(minions + " minions, " + rounds + " rounds: use 1 to "
                    + TargetResolverBenchmark.MINIONS + ", and 1 at least");
        }
        Host host = Host.of(Path.of("."));
        Roster fleet = SampleFleet.of(minions);
        List<Cost> costs = (targets.isEmpty() ? TargetResolverBenchmark.targets() : targets)
                .stream().map(target -> cost(target, fleet)).toList();
        double dearest =
                costs.stream().mapToDouble(cost -> cost.cpu().median()).max().orElseThrow();
        Goal goal = Goal.atMost("dearest target, median ms", MOST_MILLIS, dearest);
        options.print(text(host, costs, goal), Map.of("host", host, "costs", costs, "goals", List.of(goal)));
        return options.exit(goal.met());
    }

    private Cost cost(String target, Roster fleet) {
        TargetResolver resolver = TargetResolverBenchmark.resolver();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<Long> nanos = new ArrayList<>();
        int matched = 0;
        for (int round = 0; round < rounds; round++) {
            long begun = threads.getCurrentThreadCpuTime();
            matched = resolver.resolve(new Target(target), fleet).minions().size();
            nanos.add(threads.getCurrentThreadCpuTime() - begun);
        }
        return new Cost(target, matched, Spread.of(nanos));
    }

    private String text(Host host, List<Cost> costs, Goal goal) {
        Table table = new Table("target", "minions", "median ms", "least ms");
        costs.forEach(cost -> table.row(
                "`" + cost.target().replace("|", "\\|") + "`",
                String.format("%,d", cost.matched()),
                cost.cpu().median(),
                cost.cpu().least()));
        return String.join(
                "\n",
                String.format("targets: %,d minions, CPU time of %d rounds each; %s", minions, rounds, host.machine()),
                "",
                table.toString(),
                "",
                Goal.table(List.of(goal)).toString());
    }
}
