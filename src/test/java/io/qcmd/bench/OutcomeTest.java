package io.qcmd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.client.TargetOutput;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final MinionId WEB1 = new MinionId("web1");
    private static final MinionId WEB2 = new MinionId("web2");
    private static final Accepted JOB =
            new Accepted(JobId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"), 2, Discarded.NONE, 0, 1);

    private static final Counts ONE_OF_TWO = new Counts(Map.of(TargetState.SUCCEEDED, 1, TargetState.EXPIRED, 1));

    @Test
    void everyFateIsTrue_whenThoseThatStartedSucceeded_andTheOthersDidNotRun() {
        Outcome outcome = Outcome.of(JOB, started(WEB1), ONE_OF_TWO, List.of(succeeded(WEB1), expired(WEB2)));

        assertThat(outcome).isEqualTo(new Outcome(1, 2, 0, 1, 0, 0));
    }

    @Test
    void exchangedFates_areTwoUntrueOnes() {
        assertThat(untrue(started(WEB1), ONE_OF_TWO, succeeded(WEB2), expired(WEB1)))
                .isEqualTo(2);
    }

    @Test
    void anUnknownFate_isUntrue_asAllMinionsAreBack() {
        Counts counts = new Counts(Map.of(TargetState.SUCCEEDED, 1, TargetState.LOST, 1));

        assertThat(untrue(started(WEB1), counts, succeeded(WEB1), new TargetResult.Lost("web2", TargetOutput.NONE, "")))
                .isEqualTo(1);
        assertThat(untrue(
                        started(WEB1, WEB2),
                        counts,
                        succeeded(WEB1),
                        new TargetResult.Lost("web2", TargetOutput.NONE, "")))
                .isEqualTo(1);
    }

    @Test
    void aTargetWithoutAFate_isUntrue_whereverItIsMissing() {
        Counts one = new Counts(Map.of(TargetState.SUCCEEDED, 1));
        Counts live = new Counts(Map.of(TargetState.SUCCEEDED, 1, TargetState.RUNNING, 1));

        assertThat(untrue(started(WEB1), one, succeeded(WEB1))).isEqualTo(1);
        assertThat(untrue(started(WEB1), one, succeeded(WEB1), expired(WEB2))).isEqualTo(1);
        assertThat(untrue(started(WEB1), live, succeeded(WEB1), expired(WEB2))).isEqualTo(1);
        assertThat(untrue(started(WEB1), ONE_OF_TWO, succeeded(WEB1))).isEqualTo(1);
    }

    @Test
    void aTargetWithMoreThanOneFate_isUntrue() {
        Counts three = new Counts(Map.of(TargetState.SUCCEEDED, 2, TargetState.EXPIRED, 1));

        assertThat(untrue(started(WEB1), three, succeeded(WEB1), expired(WEB2))).isEqualTo(1);
        assertThat(untrue(started(WEB1), ONE_OF_TWO, succeeded(WEB1), succeeded(WEB1), expired(WEB2)))
                .isEqualTo(1);
    }

    @Test
    void aLostJob_hasNoFates() {
        assertThat(Outcome.lost(JOB, started(WEB1))).isEqualTo(new Outcome(1, 2, 1, 0, 2, 0));
    }

    @Test
    void starts_areTheSameBehindALine() {
        Starts starts = new Starts();
        assertThat(Starts.OfJob.parse(starts.of(JOB.job()).line())).isEqualTo(started());
        starts.add(WEB1, JOB.job());
        starts.add(WEB2, JOB.job());
        starts.add(WEB1, JOB.job());

        assertThat(Starts.OfJob.parse(starts.of(JOB.job()).line())).isEqualTo(new Starts.OfJob(Set.of(WEB1, WEB2), 1));
    }

    private static long untrue(Starts.OfJob starts, Counts counts, TargetResult... results) {
        return Outcome.of(JOB, starts, counts, List.of(results)).untrue();
    }

    private static Starts.OfJob started(MinionId... minions) {
        return new Starts.OfJob(Set.of(minions), 0);
    }

    private static TargetResult succeeded(MinionId minion) {
        return new TargetResult.Succeeded(minion.value(), Duration.ZERO, TargetOutput.NONE);
    }

    private static TargetResult expired(MinionId minion) {
        return new TargetResult.Expired(minion.value(), "");
    }
}
