package io.qcmd.protocol;

import static io.qcmd.protocol.TargetState.CANCELLED;
import static io.qcmd.protocol.TargetState.EXPIRED;
import static io.qcmd.protocol.TargetState.FAILED;
import static io.qcmd.protocol.TargetState.LOST;
import static io.qcmd.protocol.TargetState.RUNNING;
import static io.qcmd.protocol.TargetState.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CountsTest {
    @Test
    void counts_addUp_andLeaveOutWhatIsZero() {
        Counts counts = new Counts(Map.of(SUCCEEDED, 3, RUNNING, 2, LOST, 1, FAILED, 0));
        assertThat(counts.total()).isEqualTo(6);
        assertThat(counts.live()).isEqualTo(2);
        assertThat(counts.of(SUCCEEDED)).isEqualTo(3);
        assertThat(counts.of(EXPIRED)).isZero();
        assertThat(counts.byState()).doesNotContainKey(FAILED);
    }

    @Test
    void counts_keepTheirOwnCopy() {
        Map<TargetState, Integer> mine = new EnumMap<>(Map.of(SUCCEEDED, 1));
        Counts counts = new Counts(mine);
        mine.put(SUCCEEDED, 2);
        assertThat(counts.of(SUCCEEDED)).isEqualTo(1);
    }

    @Test
    void aNegativeCount_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Counts(Map.of(FAILED, -1)))
                .withMessage("count of FAILED is -1; use 0 or more");
    }

    @ParameterizedTest
    @EnumSource
    void aJobOfOneTarget_hasTheStatusOfItsState(TargetState state) {
        JobStatus expected =
                !state.isFinal() ? JobStatus.RUNNING : state == SUCCEEDED ? JobStatus.SUCCEEDED : JobStatus.FAILED;
        assertThat(status(false, Map.of(state, 1))).isEqualTo(expected);
        assertThat(status(true, Map.of(state, 1))).isEqualTo(state.isFinal() ? JobStatus.CANCELLED : JobStatus.RUNNING);
    }

    @Test
    void aJob_runsUntilItsLastTargetEnds_thenIsCancelledOrWhatItsTargetsAre() {
        assertThat(status(true, Map.of(SUCCEEDED, 99, RUNNING, 1))).isEqualTo(JobStatus.RUNNING);
        assertThat(status(true, Map.of(SUCCEEDED, 99, CANCELLED, 1))).isEqualTo(JobStatus.CANCELLED);
        assertThat(status(false, Map.of(SUCCEEDED, 99, LOST, 1))).isEqualTo(JobStatus.PARTIAL);
        assertThat(status(false, Map.of(SUCCEEDED, 100))).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(status(false, Map.of(FAILED, 1, EXPIRED, 1))).isEqualTo(JobStatus.FAILED);
    }

    private static JobStatus status(boolean cancelled, Map<TargetState, Integer> counts) {
        return JobStatus.of(new Counts(counts), cancelled);
    }
}
