package io.qcmd.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One job of many minions on one screen: whether it is right, what the command line takes for it, and whether a slow one is felt by anybody else. */
@Command(
        name = "screen",
        mixinStandardHelpOptions = true,
        description = {
            "A command with three different outputs on N simulated minions, watched by the command line on a terminal.",
            "It is stopped while the job runs, and its reader goes away; the job is compared with one that nobody looks at."
        })
final class ScreenBench implements Callable<Integer> {
    private static final int LEAST = 100;

    @Option(
            names = "--minions",
            defaultValue = "1000",
            paramLabel = "N",
            description = "How many (${DEFAULT-VALUE}), 100 to 19,900.")
    private int minions;

    @Option(names = "--rounds", defaultValue = "3", paramLabel = "N", description = "Of each (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "1",
            paramLabel = "N",
            description = "Rounds before them (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--longest",
            defaultValue = "3000",
            paramLabel = "MILLIS",
            description = "A command takes a random time up to this (${DEFAULT-VALUE}).")
    private int longestMillis;

    @Mixin
    private LedgerOptions options = new LedgerOptions();

    @Override
    public Integer call() throws IOException {
        if (minions < LEAST || minions > LedgerOptions.MOST_BY_TCP || rounds < 1 || warmUp < 0 || longestMillis < 1) {
            throw options.refused(
                    minions + " minions, " + rounds + " rounds, " + warmUp + " to warm up, up to " + longestMillis
                            + " ms: use " + LEAST + " to " + LedgerOptions.MOST_BY_TCP + ", 1, 0 and 1 at least");
        }
        try (Workplace place = options.workplace();
                BigJob job = new BigJob(place, minions, Duration.ofMillis(longestMillis))) {
            Screen screen = measured(Host.of(place.path()), job);
            options.print(screen, Map.of("figures", screen, "goals", screen.goals()));
            return options.exit(screen.goals().stream().allMatch(Goal::met));
        }
    }

    /** In turns, so that what else the machine does meets all. */
    private Screen measured(Host host, BigJob job) throws IOException {
        options.phase("connecting");
        double connect = job.connect();
        // Whoever comes later finds everything warm, and the archive of the command line made.
        options.phase("connected in " + Table.number(connect) + " s; rounds that do not count: " + warmUp);
        List<Long> alone = new ArrayList<>();
        List<BigJob.Look> watched = new ArrayList<>();
        List<BigJob.Look> stopped = new ArrayList<>();
        List<BigJob.Look> left = new ArrayList<>();
        for (int round = 0; round < warmUp + rounds; round++) {
            options.phase("round " + round);
            alone.add(job.alone());
            watched.add(job.watched());
            stopped.add(job.stopped());
            left.add(job.left());
        }
        return new Screen(host, minions, counted(alone), counted(watched), counted(stopped), counted(left));
    }

    private <T> List<T> counted(List<T> all) {
        return List.copyOf(all.subList(warmUp, all.size()));
    }
}
