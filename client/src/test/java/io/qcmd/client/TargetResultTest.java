package io.qcmd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.TargetState;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TargetResultTest {
    @ParameterizedTest
    @EnumSource(TargetState.class)
    void everyFinalStateHasItsRecord(TargetState state) {
        if (state.isFinal()) {
            TargetResult result = TargetResult.of(Samples.fate(1, "web1", state));
            assertThat(result.state()).isEqualTo(state);
            assertThat(result.executed()).isEqualTo(state.executed());
            assertThat(result.minion()).isEqualTo("web1");
        }
    }

    @Test
    void thereAreAsManyRecordsAsFinalStates() {
        Set<TargetState> finals =
                Arrays.stream(TargetState.values()).filter(TargetState::isFinal).collect(Collectors.toSet());
        assertThat(TargetResult.class.getPermittedSubclasses()).hasSameSizeAs(finals);
    }
}
