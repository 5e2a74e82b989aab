package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.gate.Rooms;
import io.qcmd.protocol.QcmdException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LiveLoadTest {
    private static final JobSettings LIMITS = limits(1_000, 250);

    private final LiveLoad load = new LiveLoad();

    @Test
    void refusesTheJob_whoseTargetsHaveNoRoomLeft_andTakesASmallerOne() {
        load.take(100, LIMITS);
        load.take(100, LIMITS);

        assertThatThrownBy(() -> load.take(51, LIMITS)).isInstanceOfSatisfying(QcmdException.class, busy -> {
            assertThat(busy).hasMessage("bus: 200 targets are live, and 51 more are over live_targets, 250");
            assertThat(busy.retryAfterMillis()).isPositive();
        });

        load.take(50, LIMITS);
        assertThat(load.targets()).isEqualTo(250);
        assertThat(load.jobs()).isEqualTo(3);
    }

    @Test
    void refusedJob_takesNothing() {
        load.take(200, LIMITS);
        assertThatThrownBy(() -> load.take(51, LIMITS)).isInstanceOf(QcmdException.class);

        load.giveTargets(200);
        load.giveJob();

        assertThat(load.targets()).isZero();
        assertThat(load.jobs()).isZero();
    }

    @Test
    void acceptedLongAgo_isTakenAboveTheLimit() {
        load.add(400);

        assertThat(load.targets()).isEqualTo(400);
        assertThatThrownBy(() -> load.check(1, LIMITS)).isInstanceOf(QcmdException.class);
    }

    @Test
    void lastRoom_isTakenOnce_whoeverComesAtTheSameTime() {
        AtomicInteger taken = new AtomicInteger();
        IntStream.range(0, 1_000).parallel().forEach(i -> {
            try {
                load.take(3, LIMITS);
                taken.incrementAndGet();
            } catch (QcmdException busy) {
                assertThat(busy).hasMessageContaining("live_targets");
            }
        });

        assertThat(taken).hasValue(83);
        assertThat(load.targets()).isEqualTo(249);
    }

    private static JobSettings limits(int jobs, int targets) {
        JobSettings usual = Rooms.SETTINGS;
        return new JobSettings(
                usual.longestExpiry(),
                usual.ackTimeout(),
                usual.killGrace(),
                usual.reportGrace(),
                jobs,
                targets,
                usual.targetsPerJob());
    }
}
