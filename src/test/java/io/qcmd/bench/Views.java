package io.qcmd.bench;

import java.util.Collections;
import java.util.List;

/**
 * What {@link ViewsBench} found out.
 *
 * @param readings what a viewer costs the ledger
 * @param rounds what the agents notice of a viewer
 */
record Views(Host host, List<Reading> readings, int minions, List<Round> rounds, Flood flood, Crowd crowd) {
    /**
     * A job that one viewer watches.
     *
     * @param rows its fates and pieces of output
     * @param pages read from the ledger
     */
    record Reading(int targets, long seconds, long rows, long pages) {}

    /**
     * From submit to the last SETTLED.
     *
     * @param times the median, by that of the round without a viewer
     */
    record Round(String viewer, Spread took, double times) {}

    /**
     * Many lines, and a viewer that reads one page per second. Heap in MiB, after full collections.
     *
     * @param read what the viewer had read when the agents were done
     * @param restMillis how long it took to read the rest, as fast as it could
     */
    record Flood(
            long lines, Heap heap, long read, long restMillis, long piecesInAll, long gaps, long ends, int targets) {}

    /**
     * Many viewers of one job, each at its own speed.
     *
     * @param agentsMillis until the last SETTLED
     * @param viewersMillis from then to the end of the slowest viewer
     * @param incomplete viewers that did not see each target once
     */
    record Crowd(
            int viewers, int targets, Heap heap, long agentsMillis, long viewersMillis, long pages, long incomplete) {}

    /**
     * Live heap in MiB.
     *
     * @param looks how often it was looked at while something ran; what follows is of these
     * @param early the median of the first third of them
     * @param late that of the last third
     */
    record Heap(long before, int looks, long least, long most, double early, double late) {
        static Heap of(long before, List<Long> during) {
            List<Long> seen = during.isEmpty() ? List.of(before) : during;
            int third = (seen.size() + 2) / 3;
            return new Heap(
                    before,
                    during.size(),
                    Collections.min(seen),
                    Collections.max(seen),
                    median(seen.subList(0, third)),
                    median(seen.subList(seen.size() - third, seen.size())));
        }

        private static double median(List<Long> looks) {
            List<Long> sorted = looks.stream().sorted().toList();
            return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2.0;
        }

        /** What goes on growing, however slowly, is more in the end than in the beginning. */
        double growth() {
            return late / early;
        }

        @Override
        public String toString() {
            return before + "; " + least + "-" + most + " at " + looks + " looks, " + Table.number(early) + " early, "
                    + Table.number(late) + " late";
        }
    }

    List<Goal> goals() {
        double slow = rounds.stream()
                .filter(round -> round.viewer().equals(ViewsBench.Pace.SECOND.text()))
                .mapToDouble(Round::times)
                .max()
                .orElseThrow();
        return List.of(
                Goal.atMost("round with a slow viewer, times none", 1.3, slow),
                Goal.atMost("heap while lines come, last third of it by the first", 1.2, flood.heap.growth()),
                Goal.atLeast("lines that the slow viewer got", flood.lines, flood.piecesInAll),
                Goal.atLeast("gaps marked", flood.targets, flood.gaps),
                Goal.atMost("viewers that missed a target", 0, crowd.incomplete));
    }

    @Override
    public String toString() {
        return String.join(
                "\n\n",
                "views: " + host + ", no network",
                readingTable().toString(),
                roundTable().toString(),
                figures().toString(),
                Goal.table(goals()).toString());
    }

    private Table readingTable() {
        Table table = new Table("one viewer of a job", "rows", "pages read");
        readings.forEach(reading -> table.row(
                String.format("%,d targets that end within %d s", reading.targets(), reading.seconds()),
                String.format("%,d", reading.rows()),
                reading.pages()));
        return table;
    }

    private Table roundTable() {
        Table table = new Table(
                String.format("%,d minions, submit to the last SETTLED", minions), "median ms", "least ms", "times");
        rounds.forEach(round ->
                table.row(round.viewer(), round.took().median(), round.took().least(), round.times()));
        return table;
    }

    private Table figures() {
        Table table = new Table("", "");
        table.row(String.format("heap, MiB: %,d lines, one page per second", flood.lines), flood.heap);
        table.row("lines read when the agents were done", String.format("%,d", flood.read));
        table.row("the rest, ms", String.format("%,d", flood.restMillis));
        table.row(
                "lines, gaps, ends in all", String.format("%,d, %,d, %,d", flood.piecesInAll, flood.gaps, flood.ends));
        table.row(
                String.format("heap, MiB: %d viewers of one job with %,d targets", crowd.viewers, crowd.targets),
                crowd.heap);
        table.row("the agents were done after, ms", String.format("%,d", crowd.agentsMillis));
        table.row("the slowest viewer, ms later", String.format("%,d", crowd.viewersMillis));
        return table.row("pages read by all of them", String.format("%,d", crowd.pages));
    }
}
