package io.qcmd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.TargetState;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises G1 to G7 under whatever the seeds bring, and that the simulation would notice if a rule was missing. */
@Tag("simulation")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SimulationTest {
    private static final long SEEDS = Long.getLong("qcmd.simulation.seeds", 5_000);
    private static final long SEEDS_WITHOUT_A_RULE = 2_000;
    /** What is no end, and what ends no target without a rollout. */
    private static final EnumSet<TargetState> NO_FATES = EnumSet.of(
            TargetState.PENDING,
            TargetState.QUEUED,
            TargetState.OFFERED,
            TargetState.ACCEPTED,
            TargetState.RUNNING,
            TargetState.SKIPPED);

    /** Where a process may crash beside those blows that come out of the blue, and what the faults do. */
    private static final String[] FAULTS = {
        "CUT at a frame",
        "BUS_CRASH before record",
        "BUS_CRASH before append",
        "BUS_CRASH before settle",
        "BUS_CRASH before cancel",
        "BUS_CRASH before enrol",
        "BUS_CRASH before session",
        "BUS_CRASH before session's end",
        "BUS_CRASH before a commit",
        "BUS_CRASH after a commit",
        "BUS_CRASH within the news of a commit",
        "AGENT_CRASH journal: before a write",
        "AGENT_CRASH journal: before the sync",
        "AGENT_CRASH journal: after the sync",
        "AGENT_CRASH runner: before the spawn",
        "AGENT_CRASH runner: after the exec",
        "AGENT_CRASH runner: after the end",
        "a frame is lost",
        "a frame arrives after its connection broke",
        "a commit finds the disk of the bus full",
        "an fsync of the bus fails",
        "records are lost with the power",
        "entries are lost with a journal",
        "a write finds the disk of an agent full"
    };

    @Test
    @Tag("F01")
    @Tag("F03")
    @Tag("F04")
    @Tag("F06")
    @Tag("F08")
    @Tag("F09")
    @Tag("F10")
    @Tag("F14")
    @Tag("F25")
    @Tag("F37")
    void promisesHold_whateverTheSeedBrings() {
        Tally tally = Tally.of(
                LongStream.rangeClosed(1, SEEDS), seed -> Simulation.run(seed, Simulation.agents(seed), Mutation.NONE));

        assertThat(tally.broken()).isEmpty();
        assertThat(tally.faults())
                .containsKeys(Stream.of(Storm.Blow.values()).map(Enum::name).toArray(String[]::new))
                .containsKeys(FAULTS);
        assertThat(tally.fates())
                .containsOnlyKeys(EnumSet.complementOf(NO_FATES).toArray(TargetState[]::new));
    }

    /** Seeds that once broke a promise, with what was wrong. */
    @ParameterizedTest
    @CsvSource({
        // a command that was cancelled before its exec was told as TERMINATED, which says that it ran
        "268, 4",
        "417, 3",
        "424, 5",
        "444, 5",
        // the HELLO of an older session was reconciled after that of a newer one, and took back what that had got GO
        // for
        "1012407, 3"
    })
    void promisesHold_forSeedsThatBrokeThemOnce(long seed, int agents) {
        assertThat(Simulation.run(seed, agents, Mutation.NONE).broken()).isNull();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void thePromiseBreaks_withoutItsRule(Mutation missing) {
        assertThat(LongStream.rangeClosed(1, SEEDS_WITHOUT_A_RULE)
                        .mapToObj(seed -> Simulation.run(seed, Simulation.agents(seed), missing))
                        .anyMatch(outcome ->
                                outcome.broken() != null && outcome.broken().startsWith(missing.promise())))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "13", "44", "84"})
    void theSameSeed_tellsTheSameStory(long seed) {
        String story = Simulation.run(seed, 5, Mutation.NONE).log();

        assertThat(story).contains("is open");
        assertThat(Simulation.run(seed, 5, Mutation.NONE).log()).isEqualTo(story);
        assertThat(Simulation.run(seed + 1, 5, Mutation.NONE).log()).isNotEqualTo(story);
    }

    @Test
    void theStory_saysHowToRunItAgain() {
        Simulation.Outcome outcome = new Simulation.Outcome(7, 3, "G3: started twice", Map.of(), Map.of(), "");

        assertThat(outcome)
                .hasToString("seed 7 with 3 agents: G3: started twice\n  again:  ./qcmd simulate --seed 7 --agents 3");
    }
}
