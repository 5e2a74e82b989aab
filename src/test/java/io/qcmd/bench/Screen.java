package io.qcmd.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What {@link ScreenBench} found out.
 *
 * @param alone the job without anybody who looks on, milliseconds
 * @param watched on a terminal
 * @param stopped on a terminal, while the process stood still
 * @param left in a pipe whose reader went away
 */
record Screen(
        Host host,
        int minions,
        List<Long> alone,
        List<BigJob.Look> watched,
        List<BigJob.Look> stopped,
        List<BigJob.Look> left) {
    /** A quarter of what the launcher lets it have. */
    private static final int MOST_HEAP_MIB = 64;

    private static final int FAILED = 1;
    private static final int CLOSED_OUTPUT = 141;

    private static final double NANOS = 1e6;

    List<Goal> goals() {
        return List.of(
                Goal.atLeast("final screens that are right, of " + 2 * watched.size(), 2 * watched.size(), right()),
                Goal.atMost("heap of the command line, MiB", MOST_HEAP_MIB, most(seen -> seen.heapMib())),
                Goal.atMost("redraws per second", 10, most(seen -> seen.frames() / seen.seconds())),
                Goal.atMost("the job while the command line stands still, times alone", 1.5, times(stopped)),
                Goal.atLeast("exit 141 behind head -1, of " + left.size(), left.size(), closed()));
    }

    private long right() {
        List<String> rows = new ThreeKernels(minions).rows();
        return Stream.concat(watched.stream(), stopped.stream())
                .filter(look -> look.seen().exit() == FAILED)
                .filter(look -> rows(look.seen().screen()).equals(rows))
                .count();
    }

    private static List<String> rows(String screen) {
        return screen.lines()
                .filter(line -> line.startsWith("━━ "))
                .map(line -> line.replaceAll(" +", " "))
                .toList();
    }

    private long closed() {
        return left.stream().filter(look -> look.seen().exit() == CLOSED_OUTPUT).count();
    }

    private double most(ToDoubleFunction<Onlooker.Seen> figure) {
        return Stream.concat(watched.stream(), stopped.stream())
                .mapToDouble(look -> figure.applyAsDouble(look.seen()))
                .max()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return String.join(
                "\n",
                String.format("screen: one job on %,d minions over TCP on loopback; %s", minions, host),
                "",
                figures().toString(),
                "",
                Goal.table(goals()).toString());
    }

    private Table figures() {
        return new Table("", "", "times the job alone")
                .row("the job, nobody looks on, median s", seconds(alone), 1.0)
                .row("the job, watched on a terminal, median s", seconds(millis(watched)), times(watched))
                .row("the job, the command line stands still, median s", seconds(millis(stopped)), times(stopped))
                .row("the job, behind head -1, median s", seconds(millis(left)), times(left))
                .row("whole process on a terminal, most s", most(watched, Onlooker.Seen::seconds), "")
                .row("redraws of it", most(watched, Onlooker.Seen::frames), "")
                .row("heap, most MiB", most(seen -> seen.heapMib()), "")
                .row("live after a collection, most MiB", most(seen -> seen.liveMib()), "")
                .row("RSS, most MiB", most(Onlooker.Seen::residentMib), "");
    }

    private static double most(List<BigJob.Look> looks, ToDoubleFunction<Onlooker.Seen> figure) {
        return looks.stream()
                .mapToDouble(look -> figure.applyAsDouble(look.seen()))
                .max()
                .orElseThrow();
    }

    private double times(List<BigJob.Look> looks) {
        return seconds(millis(looks)) / seconds(alone);
    }

    private static List<Long> millis(List<BigJob.Look> looks) {
        return looks.stream().map(BigJob.Look::jobMillis).toList();
    }

    private static double seconds(List<Long> millis) {
        return Spread.of(millis.stream().map(each -> (long) (each * NANOS)).toList())
                        .median()
                / 1_000;
    }
}
