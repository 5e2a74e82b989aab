package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.TargetState;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExitCodeTest {
    @ParameterizedTest
    @CsvSource({
        "SUCCEEDED, 0",
        "FAILED, 1",
        "TIMED_OUT, 4",
        "INTERRUPTED, 4",
        "EXPIRED, 4",
        "DROPPED, 4",
        "REJECTED, 4",
        "SKIPPED, 4",
        "LOST, 4",
        "CANCELLED, 4",
        "TERMINATED, 4"
    })
    void followsTheWorstTarget(TargetState state, int code) {
        Set<TargetState> states = EnumSet.of(TargetState.SUCCEEDED, state);
        assertThat(ExitCode.of(states, false, false).code()).isEqualTo(code);
    }

    @Test
    void putsCancelledBeforeNoStatusBeforeFailed() {
        Set<TargetState> states = EnumSet.of(TargetState.FAILED, TargetState.LOST, TargetState.CANCELLED);
        assertThat(ExitCode.of(states, true, true)).isEqualTo(ExitCode.CANCELLED);
        assertThat(ExitCode.of(states, false, false)).isEqualTo(ExitCode.NO_STATUS);
        assertThat(ExitCode.of(EnumSet.of(TargetState.FAILED), false, true)).isEqualTo(ExitCode.NO_STATUS);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_MINIONS_MATCHED, 3",
        "FORBIDDEN, 5",
        "UNREACHABLE, 6",
        "UPGRADE_REQUIRED, 6",
        "BUSY, 6",
        "STORE_FULL, 6",
        "STORE_UNAVAILABLE, 6",
        "BAD_REQUEST, 2",
        "TARGET_INVALID, 2",
        "JOB_NOT_FOUND, 2",
        "COMMAND_INVALID, 2",
        "MINIONS_UNCONTROLLABLE, 4"
    })
    void saysWhatAnErrorMeans(ErrorCode error, int code) {
        assertThat(ExitCode.of(error).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MINIONS_UNCONTROLLABLE")
    void knowsEveryError(ErrorCode error) {
        assertThat(ExitCode.of(error)).isNotIn(ExitCode.OK, ExitCode.FAILED, ExitCode.CANCELLED);
        assertThat(ExitCode.of(error) == ExitCode.NO_STATUS).isEqualTo(error == ErrorCode.MINIONS_UNCONTROLLABLE);
    }
}
