package io.qcmd.bench;

import io.qcmd.protocol.BusStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long it takes until all agents are back after a bus was killed, and whether anything was lost. */
@Command(
        name = "reconnect",
        mixinStandardHelpOptions = true,
        description = {
            "Kills a bus with N simulated agents in the middle of its work, and starts it again on the same store.",
            "The agents wait as real ones do before they come back; what was accepted must end, once."
        })
final class ReconnectBench implements Callable<Integer> {
    /** Of the 1,000 that may live. */
    private static final int MOST_JOBS = 900;

    @Option(
            names = "--minions",
            defaultValue = "1000",
            paramLabel = "N",
            description = "How many (${DEFAULT-VALUE}), up to 19,900.")
    private int minions;

    @Option(
            names = "--jobs",
            defaultValue = "400",
            paramLabel = "N",
            description =
                    "Jobs to one minion each, beside those to all (${DEFAULT-VALUE}); the bus is killed when half of them are accepted.")
    private int jobs;

    @Option(
            names = "--longest",
            defaultValue = "10000",
            paramLabel = "MILLIS",
            description = "A command takes a random time up to this (${DEFAULT-VALUE}).")
    private int longestMillis;

    @Option(
            names = "--profile",
            paramLabel = "DIR",
            description = "Leave flight recordings of the processes there; they make them slower.")
    private void record(Path recordings) {
        Child.record(recordings.toAbsolutePath());
    }

    @Mixin
    private LedgerOptions options = new LedgerOptions();

    @Override
    public Integer call() throws IOException {
        if (minions < 1 || minions > LedgerOptions.MOST_BY_TCP || jobs < 1 || jobs > MOST_JOBS || longestMillis < 1) {
            throw options.refused(minions + " minions, " + jobs + " jobs, up to " + longestMillis + " ms: use 1 to "
                    + LedgerOptions.MOST_BY_TCP + ", 1 to " + MOST_JOBS + ", and 1 at least");
        }
        try (Workplace place = options.workplace()) {
            Reconnect reconnect = measured(place, Host.of(place.path()));
            options.print(reconnect, Map.of("figures", reconnect, "goals", reconnect.goals()));
            return options.exit(reconnect.goals().stream().allMatch(Goal::met));
        }
    }

    private Reconnect measured(Workplace place, Host host) {
        try (Outage outage = new Outage(place.room("outage"), minions, Duration.ofMillis(longestMillis))) {
            options.phase("connecting");
            double connected = outage.connect();
            options.phase("at work");
            outage.work(jobs);
            long before = outage.measure().resident();
            BusStatus atKill = outage.status();
            options.phase("killed");
            outage.kill();
            Outage.Return back = outage.restart();
            options.phase("all are back");
            long after = outage.measure().resident();
            return new Reconnect(host, minions, connected, atKill, back, before, after, outage.outcome());
        }
    }
}
