package io.qcmd.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether a round costs each minion the same, however many there are. */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        description = "The round of 'fanout' by the number of minions, for several numbers of them.")
final class GrowthBench implements Callable<Integer> {
    @Option(
            names = "--minions",
            defaultValue = "1000,5000,19000",
            split = ",",
            paramLabel = "N",
            description = "How many; by default ${DEFAULT-VALUE}.")
    private List<Integer> sizes = new ArrayList<>();

    @Mixin
    private HallwayOptions options = new HallwayOptions();

    /** @param microsPerMinion the median round by the number of minions */
    private record Size(int minions, Spread round, double microsPerMinion, double busMicros) {}

    @Override
    public Integer call() throws IOException {
        sizes.forEach(size -> options.check(size, false));
        try (Workplace place = options.workplace()) {
            Host host = Host.of(place.path());
            List<Size> measured =
                    sizes.stream().map(size -> measured(place, size)).toList();
            Goal flat = Goal.atMost("largest round/N, times the smallest", 2, factor(measured));
            options.print(text(host, measured, flat), Map.of("host", host, "sizes", measured, "goals", List.of(flat)));
            return options.exit(flat.met());
        }
    }

    private Size measured(Workplace place, int minions) {
        options.phase(minions + " minions");
        try (Hallway hallway = new Hallway(place.room("hallway-" + minions), minions, false)) {
            hallway.connect();
            int warmUp = options.warmUp(minions);
            for (int round = 0; round < warmUp + options.rounds; round++) {
                hallway.stage().round(hallway::round, round >= warmUp);
            }
            Side side = hallway.stage().figures();
            return new Size(minions, side.round(), side.round().median() * 1e3 / minions, side.serverMicros());
        }
    }

    private static double factor(List<Size> measured) {
        double least =
                measured.stream().mapToDouble(Size::microsPerMinion).min().orElseThrow();
        double most = measured.stream().mapToDouble(Size::microsPerMinion).max().orElseThrow();
        return most / least;
    }

    private static String text(Host host, List<Size> measured, Goal flat) {
        Table table = new Table(
                "minions", "round, median ms", "p95 ms", "round/N, us", "server's CPU, us per minion and round");
        measured.forEach(size -> table.row(
                size.minions(), size.round().median(), size.round().p95(), size.microsPerMinion(), size.busMicros()));
        return String.join(
                "\n",
                "growth: " + host,
                "",
                table.toString(),
                "",
                Goal.table(List.of(flat)).toString());
    }
}
