package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TargetStateTest {
    /** The table as the contract says it, written a second time on purpose. A state without a line is an end. */
    private static final String TRANSITIONS = """
            PENDING: QUEUED SKIPPED CANCELLED
            QUEUED: OFFERED EXPIRED DROPPED CANCELLED
            OFFERED: ACCEPTED REJECTED QUEUED EXPIRED CANCELLED
            ACCEPTED: RUNNING SUCCEEDED FAILED TIMED_OUT TERMINATED INTERRUPTED REJECTED LOST QUEUED EXPIRED CANCELLED
            RUNNING: SUCCEEDED FAILED TIMED_OUT TERMINATED INTERRUPTED REJECTED LOST
            LOST: SUCCEEDED FAILED TIMED_OUT TERMINATED INTERRUPTED REJECTED
            """;

    private static final String EXECUTED = """
            YES: SUCCEEDED FAILED TIMED_OUT TERMINATED
            NO: EXPIRED DROPPED REJECTED CANCELLED SKIPPED
            UNKNOWN: INTERRUPTED LOST
            """;

    private static final Set<TargetState> LIVE = EnumSet.of(
            TargetState.PENDING, TargetState.QUEUED, TargetState.OFFERED, TargetState.ACCEPTED, TargetState.RUNNING);

    @Test
    void theTransitions_areThoseOfTheContract_andNoOthers() {
        Map<String, Set<String>> actual = new TreeMap<>();
        for (TargetState state : TargetState.values()) {
            Set<String> next = successors(state).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
            if (!next.isEmpty()) {
                actual.put(state.name(), next);
            }
        }
        assertThat(actual).isEqualTo(table(TRANSITIONS));
    }

    @ParameterizedTest
    @EnumSource
    void aFinalState_hasNoSuccessorUnlessItIsLost(TargetState state) {
        assertThat(state.isFinal()).isEqualTo(!LIVE.contains(state));
        if (state.isFinal() && state != TargetState.LOST) {
            assertThat(successors(state)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aState_neverBecomesItself(TargetState state) {
        assertThat(state.canBecome(state)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void everyLiveState_hasAnEndNear(TargetState state) {
        if (LIVE.contains(state)) {
            assertThat(successors(state)).anyMatch(TargetState::isFinal);
        }
    }

    @Test
    void executed_isThatOfTheContract_forEveryFinalState() {
        Map<String, Set<String>> actual = new TreeMap<>();
        Arrays.stream(TargetState.values())
                .filter(TargetState::isFinal)
                .forEach(state -> actual.computeIfAbsent(state.executed().name(), key -> new TreeSet<>())
                        .add(state.name()));
        assertThat(actual).isEqualTo(table(EXECUTED));
        assertThat(LIVE).allMatch(state -> state.executed() == Executed.UNKNOWN);
    }

    @Test
    void whatProvesNotExecuted_isNeverReachedFromRunning_butByAFailedExec() {
        assertThat(successors(TargetState.RUNNING))
                .filteredOn(state -> state.executed() == Executed.NO)
                .containsExactly(TargetState.REJECTED);
    }

    @Test
    void theEndsOfARun_areWhatAnAgentMayReport() {
        assertThat(Arrays.stream(TargetState.values()).filter(TargetState::isEndOfARun))
                .containsExactlyInAnyOrder(
                        TargetState.SUCCEEDED,
                        TargetState.FAILED,
                        TargetState.TIMED_OUT,
                        TargetState.TERMINATED,
                        TargetState.INTERRUPTED,
                        TargetState.REJECTED);
        assertThat(Arrays.stream(TargetState.values()).filter(TargetState::isEndOfARun))
                .allMatch(TargetState.LOST::canBecome)
                .allMatch(TargetState.ACCEPTED::canBecome)
                .allMatch(TargetState.RUNNING::canBecome);
    }

    @Test
    void aRandomWalk_followsTheTable_revisesAtMostOnce_andEnds() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<String, Set<String>> table = table(TRANSITIONS);
        for (int walk = 0; walk < 10_000; walk++) {
            TargetState state = TargetState.PENDING;
            int ends = 0;
            // Anybody may ask for anything at any time: what the table refuses changes nothing.
            for (int step = 0; step < 400; step++) {
                TargetState wanted = TargetState.values()[random.nextInt(TargetState.values().length)];
                boolean allowed = table.getOrDefault(state.name(), Set.of()).contains(wanted.name());
                assertThat(state.canBecome(wanted))
                        .as("seed %d: %s to %s", seed, state, wanted)
                        .isEqualTo(allowed);
                if (allowed) {
                    state = wanted;
                    ends += state.isFinal() ? 1 : 0;
                }
            }
            assertThat(ends).as("seed %d, walk %d: ends seen", seed, walk).isLessThanOrEqualTo(2);
        }
    }

    private static Stream<TargetState> successors(TargetState state) {
        return Arrays.stream(TargetState.values()).filter(state::canBecome);
    }

    private static Map<String, Set<String>> table(String text) {
        return text.lines()
                .map(line -> List.of(line.split(": ")))
                .collect(Collectors.toMap(
                        line -> line.get(0),
                        line -> new TreeSet<>(List.of(line.get(1).split(" "))),
                        (a, b) -> a,
                        TreeMap::new));
    }
}
