package io.qcmd.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the benches of the whole hallway take. */
final class HallwayOptions extends LedgerOptions {
    /** The most that a job may have. */
    private static final int MOST_IN_MEMORY = 100_000;

    private static final int SENT_TO_WARM_UP = 200_000;
    private static final int LEAST_WARM_UP = 10;
    private static final int MOST_WARM_UP = 200;

    @Option(
            names = "--rounds",
            defaultValue = "20",
            paramLabel = "N",
            description = "Rounds that count (${DEFAULT-VALUE}).")
    int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Rounds before them; by default until 200,000 messages were sent, 10 to 200.")
    @Nullable
    Integer warmUp;

    @Option(
            names = "--jobs",
            defaultValue = "2000",
            paramLabel = "N",
            description =
                    "Jobs to one minion, one after the other (${DEFAULT-VALUE}); of 8 clients together 10 times as many, after 30 times to warm up.")
    int jobs;

    @Option(
            names = "--profile",
            paramLabel = "DIR",
            description = "Leaves flight recordings there, one of each process; read them with jfr.")
    void profile(Path recordings) {
        Child.record(recordings.toAbsolutePath());
    }

    /** Numbers that cannot be: a usage error. */
    void check(int minions, boolean inMemory) {
        int most = inMemory ? MOST_IN_MEMORY : MOST_BY_TCP;
        if (minions < 1 || minions > most) {
            throw refused(minions + " minions: use 1 to " + most + (inMemory ? "" : " by TCP, more with --in-memory"));
        }
        if (rounds < 1 || jobs < 1) {
            throw refused(rounds + " rounds, " + jobs + " jobs: use 1 at least");
        }
    }

    int warmUp(int minions) {
        return warmUp != null ? warmUp : Math.max(LEAST_WARM_UP, Math.min(MOST_WARM_UP, SENT_TO_WARM_UP / minions));
    }
}
