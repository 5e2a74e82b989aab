package io.qcmd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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
    private static final long SEEDS = Long.getLong("qcmd.simulation.seeds", 3_000);
    private static final long SEEDS_WITHOUT_A_RULE = 2_000;

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
        List<Simulation.Outcome> broken = LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> Simulation.run(seed, Simulation.agents(seed), Mutation.NONE))
                .filter(outcome -> outcome.broken() != null)
                .limit(10)
                .toList();

        assertThat(broken).isEmpty();
    }

    /** Seeds that once broke a promise, with what was wrong. */
    @ParameterizedTest
    @CsvSource({
        // a command that was cancelled before its exec was told as TERMINATED, which says that it ran
        "44, 5",
        "529, 5",
        "924, 5"
    })
    void promisesHold_forSeedsThatBrokeThemOnce(long seed, int agents) {
        assertThat(Simulation.run(seed, agents, Mutation.NONE).broken()).isNull();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPromiseBreaks_withoutTheRule(Mutation missing) {
        assertThat(LongStream.rangeClosed(1, SEEDS_WITHOUT_A_RULE)
                        .mapToObj(seed -> Simulation.run(seed, Simulation.agents(seed), missing))
                        .anyMatch(outcome -> outcome.broken() != null))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "13", "44", "84"})
    void theSameSeed_tellsTheSameStory(long seed) {
        String story = Simulation.run(seed, 5, Mutation.NONE).log();

        assertThat(story).contains("runs");
        assertThat(Simulation.run(seed, 5, Mutation.NONE).log()).isEqualTo(story);
        assertThat(Simulation.run(seed + 1, 5, Mutation.NONE).log()).isNotEqualTo(story);
    }

    @Test
    void theStory_saysHowToRunItAgain() {
        Simulation.Outcome outcome = new Simulation.Outcome(7, 3, "G3: started twice", "");

        assertThat(outcome)
                .hasToString("seed 7 with 3 agents: G3: started twice\n  again:  ./qcmd simulate --seed 7 --agents 3");
    }
}
