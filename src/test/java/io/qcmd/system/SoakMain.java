package io.qcmd.system;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcmd soak}: a real bus and real agents, killed, stopped and cut off at random. Ends with 0, with 1 when a promise was broken, with 2 for wrong words. */
@Command(
        name = "qcmd soak",
        description =
                "Kills, stops and cuts off a real bus and real agents at random while jobs run, and judges each job.",
        mixinStandardHelpOptions = true,
        subcommands = LossMain.class)
public final class SoakMain implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int MOST_AGENTS = 99;
    private static final int FULL_LOSS = 100;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--rounds",
            defaultValue = "200",
            paramLabel = "R",
            description = "How many rounds (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--agents",
            defaultValue = "20",
            paramLabel = "N",
            description = "How many agents, 1 to " + MOST_AGENTS + " (${DEFAULT-VALUE}).")
    private int agents;

    @Option(names = "--seed", paramLabel = "SEED", description = "Of what is broken; by default a new one.")
    @Nullable
    private Long seed;

    @Option(
            names = "--loss",
            defaultValue = "20",
            paramLabel = "PERCENT",
            description =
                    "Packets that are lost while packets are lost; 0: the network is left alone (${DEFAULT-VALUE}).")
    private int loss;

    @Option(
            names = "--judge-every",
            defaultValue = "10",
            paramLabel = "K",
            description = "Rounds from one rest to the next, at which all is judged (${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--long-every",
            defaultValue = "20",
            paramLabel = "K",
            description =
                    "Rounds from one with a stop or an outage of one to two minutes to the next; 0: none (${DEFAULT-VALUE}).")
    private int longEvery;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where all files are made, and kept when a promise was broken; by default a new one in /tmp.")
    @Nullable
    private Path parent;

    private SoakMain() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new SoakMain()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (rounds < 1
                || every < 1
                || longEvery < 0
                || agents < 1
                || agents > MOST_AGENTS
                || loss < 0
                || loss >= FULL_LOSS) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "use 1 and more rounds, 1 to " + MOST_AGENTS + " agents, a loss of 0 to " + (FULL_LOSS - 1));
        }
        long from = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
        Workshop shop = Workshop.in(parent);
        SoakTally tally = new SoakTally();
        long start = System.nanoTime();
        say("seed " + from + ", in " + shop.path());
        try (Network network = network()) {
            run(shop.path(), network, from, tally);
        }
        print(tally.table(String.valueOf(from), agents, (System.nanoTime() - start) / 1_000_000_000));
        tally.violations().forEach(this::print);
        if (!tally.isGreen()) {
            print("broken with --seed " + from + "; the files are in " + shop.path());
            return BROKEN;
        }
        shop.remove();
        return 0;
    }

    private void run(Path directory, @Nullable Network network, long from, SoakTally tally) {
        try (House house = network == null ? new House(directory) : new House(directory, network)) {
            Soak soak = new Soak(house, network, agents, loss, from, tally);
            for (int round = 1; round <= rounds && tally.isGreen(); round++) {
                boolean isLong = longEvery > 0 && round % longEvery == 0;
                say("round " + round + ": " + (isLong ? soak.longRound() : soak.round()));
                if (round % every == 0 || round == rounds) {
                    say("round " + round + ": " + soak.rest());
                }
            }
        } catch (AssertionError | RuntimeException e) {
            tally.violations(List.of(e.toString()));
        }
    }

    private @Nullable Network network() {
        Optional<String> missing = loss == 0 ? Optional.of("--loss 0") : Network.missing();
        missing.ifPresent(why -> say("no packets are lost: " + why));
        return missing.isPresent() ? null : Network.open();
    }

    private void say(String what) {
        print(CLOCK.format(LocalTime.now()) + " " + what);
    }

    private void print(String what) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(what);
        out.flush();
    }
}
