package io.qcmd.system;

import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a soak brought. Thread-safe. */
final class SoakTally {
    private final Map<String, Integer> faults = new TreeMap<>();
    private final Map<TargetState, Integer> fates = new EnumMap<>(TargetState.class);
    private final List<String> violations = new ArrayList<>();
    private int rounds;
    private int submits;
    private int refused;
    private int jobs;
    private int targets;
    private int revised;
    private int leftOver;
    private int losses;
    private long lost;

    synchronized void round() {
        rounds++;
    }

    synchronized void fault(String kind, int times) {
        faults.merge(kind, times, Integer::sum);
    }

    /** From now on so many of 100 packets are lost. */
    synchronized void losing(int percent) {
        losses++;
        fault(percent == 100 ? "time without any network" : "time with " + percent + " % packet loss", 1);
    }

    /** Packets so far. */
    synchronized void lost(long packets) {
        if (packets == 0 && losses > 0) {
            violations(List.of("packets were to be lost, and none was: bus and agents are not on that network"));
        }
        lost = packets;
    }

    /** How often what broke. */
    synchronized Map<String, Integer> faults() {
        return new TreeMap<>(faults);
    }

    synchronized int submit() {
        return ++submits;
    }

    /** The bus would not have it: no job. */
    synchronized void refused() {
        refused++;
    }

    synchronized void violations(List<String> found) {
        found.stream().filter(what -> !violations.contains(what)).forEach(violations::add);
    }

    /** All jobs at the end; what was said of some of them before is forgotten. */
    synchronized void jobs(List<Testimony> seen) {
        jobs = seen.size();
        targets = seen.stream().mapToInt(Testimony::matched).sum();
        revised = seen.stream().mapToInt(job -> job.revised().size()).sum();
        fates.clear();
        seen.stream()
                .flatMap(job -> job.fates().stream())
                .map(TargetResult::state)
                .forEach(state -> fates.merge(state, 1, Integer::sum));
    }

    synchronized void leftOver(int count) {
        leftOver = count;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized int jobs() {
        return jobs;
    }

    synchronized boolean isGreen() {
        return violations.isEmpty();
    }

    @Override
    public synchronized String toString() {
        return jobs + " jobs, fates " + fates + ", faults " + faults + ", packets lost " + lost;
    }

    /** As a table of Markdown, to be put into docs/faults.md as it is. */
    synchronized String table(String seed, int agents, long seconds) {
        StringBuilder table = new StringBuilder("| what | how often |\n|---|---|\n");
        row(table, "rounds, with " + agents + " agents, from seed " + seed, rounds);
        row(table, "minutes", String.format(Locale.ROOT, "%.1f", seconds / 60.0));
        faults.forEach((kind, times) -> row(table, kind, times));
        row(table, "packets lost", String.format(Locale.ROOT, "%,d", lost));
        row(table, "submits refused as no minion was controllable", refused);
        row(table, "jobs accepted", jobs);
        row(table, "their targets", targets);
        row(
                table,
                "their fates",
                fates.entrySet().stream()
                        .map(fate -> fate.getValue() + " " + fate.getKey())
                        .collect(Collectors.joining(", ")));
        row(table, "targets with one true fate in time", targets == 0 ? "none" : percent());
        row(table, "LOST at first, revised by a late result", revised);
        row(table, "processes, cgroups, job directories, journal entries left over", leftOver);
        row(table, "violations", violations.size());
        return table.toString();
    }

    private String percent() {
        int known = fates.values().stream().mapToInt(Integer::intValue).sum();
        return String.format(Locale.ROOT, "%.4g %%", violations.isEmpty() ? 100.0 * known / targets : Double.NaN);
    }

    private static void row(StringBuilder table, String what, Object value) {
        table.append("| ").append(what).append(" | ").append(value).append(" |\n");
    }
}
