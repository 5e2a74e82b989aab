package io.qcmd.bench;

import io.qcmd.protocol.BusStatus;
import java.util.List;

/**
 * What {@link ReconnectBench} found out.
 *
 * @param connectSeconds until all minions were connected to the first bus, one after the other as fast as it takes them
 * @param atKill what the bus had to do when it was killed
 * @param residentBefore bytes of the memory of the bus before the kill
 * @param residentAfter the same of the new one, when all minions were back
 */
record Reconnect(
        Host host,
        int minions,
        double connectSeconds,
        BusStatus atKill,
        Outage.Return back,
        long residentBefore,
        long residentAfter,
        Outcome outcome) {

    private static final double MIB = 1 << 20;

    List<Goal> goals() {
        return List.of(
                Goal.atMost("all agents back, s after the kill", 60, back.last()),
                Goal.atMost("memory of the bus afterwards, MiB", 1_536, residentAfter / MIB),
                Goal.atMost("accepted jobs lost", 0, outcome.lostJobs()),
                Goal.atMost("targets without a true fate", 0, outcome.untrue()),
                Goal.atMost("commands started twice", 0, outcome.startedAgain()));
    }

    @Override
    public String toString() {
        return String.join(
                "\n",
                String.format("reconnect: %,d minions over TCP on loopback; %s", minions, host),
                "",
                figures().toString(),
                "",
                Goal.table(goals()).toString());
    }

    private Table figures() {
        return new Table("", "", "times the first connect")
                .row("first connect of all, s", connectSeconds, 1.0)
                .row("the bus answers again, s after the kill", back.ready(), times(back.ready()))
                .row("first agent back, s", back.first(), times(back.first()))
                .row("half of them back, s", back.median(), times(back.median()))
                .row("last agent back, s", back.last(), times(back.last()))
                .row("connections/s, first to last", minions / Math.max(0.05, back.last() - back.first()), "")
                .row("RSS of the bus before, MiB", residentBefore / MIB, "")
                .row("RSS of the new bus, all back, MiB", residentAfter / MIB, "")
                .row("jobs accepted", outcome.jobs(), "")
                .row("targets of them", outcome.targets(), "")
                .row("waiting at the kill", atKill.waiting(), "")
                .row("with GO at the kill", atKill.running(), "")
                .row("succeeded in the end", outcome.succeeded(), "");
    }

    private double times(double seconds) {
        return seconds / connectSeconds;
    }
}
