package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short {@code qcmd soak}. Where a network namespace is not to be had, the network is left alone. */
@Timeout(300)
class SoakIT {
    private static final int AGENTS = 3;
    private static final int ROUNDS = 8;
    private static final int LOSS = 20;
    /** Brings each kind of fault, with a network of its own and without. */
    private static final long SEED = 83;

    private static final List<String> PROCESSES =
            List.of("kill -9 of the bus", "SIGSTOP of the bus", "kill -9 of an agent", "SIGSTOP of an agent");

    private static final List<String> PACKETS = List.of("time with 20 % packet loss", "time without any network");

    @TempDir
    Path directory;

    @Test
    @Tag("F60")
    void whateverIsKilledStoppedAndCutOff_allIsTrueInTheEnd_andNothingIsLeft() {
        SoakTally tally = new SoakTally();
        List<String> faults = new ArrayList<>(PROCESSES);
        try (Network network = network();
                House house = network == null ? new House(directory) : new House(directory, network)) {
            Soak soak = new Soak(house, network, AGENTS, LOSS, SEED, tally);
            for (int round = 0; round < ROUNDS; round++) {
                soak.round();
            }
            soak.rest();
            if (network != null) {
                faults.addAll(PACKETS);
            }
        }
        assertThat(tally.violations()).as("%s", tally).isEmpty();
        assertThat(tally.jobs()).isGreaterThan(ROUNDS);
        assertThat(tally.faults()).containsOnlyKeys(faults);
    }

    private static @Nullable Network network() {
        return Network.missing().isPresent() ? null : Network.open();
    }
}
