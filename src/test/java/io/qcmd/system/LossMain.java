package io.qcmd.system;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcmd soak loss}: what becomes of commands on a network that loses packets, with the settings that everybody has. */
@Command(
        name = "loss",
        description = "Measures what becomes of commands while packets are lost between bus and agents, both ways.",
        mixinStandardHelpOptions = true)
final class LossMain implements Callable<Integer> {
    private static final int BROKEN = 1;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--percent",
            defaultValue = "0,20,40",
            split = ",",
            paramLabel = "P",
            description = "Packets that are lost of 100 (${DEFAULT-VALUE}).")
    private List<Integer> percents = List.of();

    @Option(
            names = "--agents",
            defaultValue = "10",
            paramLabel = "N",
            description = "How many agents (${DEFAULT-VALUE}).")
    private int agents;

    @Option(
            names = "--jobs",
            defaultValue = "20",
            paramLabel = "J",
            description = "Jobs of each agent, one after the other (${DEFAULT-VALUE}).")
    private int each;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where all files are made; by default a new one in /tmp.")
    @Nullable
    private Path parent;

    private LossMain() {}

    @Override
    public Integer call() throws IOException {
        if (agents < 1 || each < 1 || percents.stream().anyMatch(percent -> percent < 0 || percent > 99)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "use 1 and more agents and jobs, and a loss of 0 to 99");
        }
        Workshop shop = Workshop.in(parent);
        boolean green = true;
        print(
                "| packets lost, each way | in all | jobs | true fates | ran to their own end | may have run | p50, s | p99, s | reconnects |");
        print("|---|---|---|---|---|---|---|---|---|");
        for (int percent : percents) {
            Loss.Outcome outcome = measure(Files.createDirectory(shop.path().resolve(percent + "")), percent);
            print(row(outcome));
            outcome.objections().forEach(this::print);
            green &= outcome.objections().isEmpty();
        }
        if (!green) {
            print("the files are in " + shop.path());
            return BROKEN;
        }
        shop.remove();
        return 0;
    }

    private Loss.Outcome measure(Path directory, int percent) {
        try (Network network = Network.open();
                House house = new House(directory, network)) {
            return Loss.measure(house, network, percent, agents, each, null);
        }
    }

    private static String row(Loss.Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "| %d %% | %,d | %d | %s | %.1f %% | %d | %.2f | %.2f | %d |",
                outcome.percent(),
                outcome.lost(),
                outcome.jobs(),
                outcome.objections().isEmpty() ? "100 %" : "no: see below",
                100.0 * outcome.ownEnds() / outcome.jobs(),
                outcome.unknown(),
                outcome.seconds(50),
                outcome.seconds(99),
                outcome.reconnects());
    }

    private void print(String what) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(what);
        out.flush();
    }
}
