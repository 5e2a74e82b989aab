package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/** Packets that get lost between bus and agents, both ways: TCP sends them again, later and later, and connections end. {@code qcmd soak loss} measures it. */
@Timeout(300)
class LossIT {
    private static final int AGENTS = 4;
    private static final int JOBS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration IMPATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @BeforeAll
    static void packetsCanBeLost() {
        String missing = Network.missing().orElse("");
        assumeTrue(missing.isEmpty(), missing);
    }

    @Test
    @Execution(CONCURRENT)
    @Tag("F20")
    void whenAFifthOfThePacketsIsLost_everyCommandThatMayWaitRuns_andItsResultIsKnown() {
        Loss.Outcome outcome = measure(20, PATIENCE);

        assertThat(outcome.objections()).isEmpty();
        assertThat(outcome.ownEnds()).isEqualTo(AGENTS * JOBS);
    }

    @Test
    @Execution(CONCURRENT)
    @Tag("F21")
    void whenTwoFifthsOfThePacketsAreLost_everyTargetHasATrueFate() {
        Loss.Outcome outcome = measure(40, IMPATIENCE);

        assertThat(outcome.objections()).isEmpty();
        assertThat(outcome.jobs()).isEqualTo(AGENTS * JOBS);
        // No storm: the pauses between the tries of an agent grow from below 1 s.
        assertThat(outcome.reconnects())
                .isLessThan(AGENTS * (10 + 2 * outcome.took().toSeconds()));
    }

    private Loss.Outcome measure(int percent, Duration expire) {
        try (Network network = Network.open();
                House house = new House(directory, network)) {
            return Loss.measure(house, network, percent, AGENTS, JOBS, expire);
        }
    }
}
