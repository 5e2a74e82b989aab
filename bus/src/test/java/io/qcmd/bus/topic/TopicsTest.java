package io.qcmd.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

class TopicsTest {
    private static final MinionId WEB_1 = new MinionId("web-1");
    private static final MinionId WEB_2 = new MinionId("web-2");
    private static final Duration SWEEP = Duration.ofMillis(100);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final SetClock clock = new SetClock();
    private final List<String> moves = new ArrayList<>();
    private final Topics topics =
            new Topics(new ChannelSettings(2, Duration.ofSeconds(1), clock), (job, minion, next, reason) -> {
                moves.add(minion + " " + job.low() + " " + next);
                return true;
            });

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    @Test
    void opensOneTopicPerMinion() {
        Topic topic = topics.open(WEB_1);
        assertThat(topics.open(WEB_1)).isSameAs(topic);
        assertThat(topics.topic(WEB_1)).isSameAs(topic);
        assertThat(topic.minion()).isEqualTo(WEB_1);
        assertThat(topic.channel().capacity()).isEqualTo(2);
    }

    @Test
    void knowsNoTopic_ofAMinionThatIsNotEnrolled() {
        assertThatThrownBy(() -> topics.topic(WEB_1))
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MINION_NOT_FOUND))
                .hasMessageContaining("web-1");
    }

    @Test
    void publishesToEachOfTheMinions() {
        topics.open(WEB_1);
        topics.open(WEB_2);
        topics.publish(envelope(1, 1_000), List.of(WEB_1, WEB_2));
        topics.publish(envelope(2, 1_000), List.of(WEB_2));
        assertThat(topics.topic(WEB_1).channel().queued()).isEqualTo(1);
        assertThat(topics.topic(WEB_2).channel().queued()).isEqualTo(2);
    }

    @Test
    void publishesToNone_whenOneIsNotEnrolled() {
        topics.open(WEB_1);
        assertThatThrownBy(() -> topics.publish(envelope(1, 1_000), List.of(WEB_1, WEB_2)))
                .isInstanceOf(QcmdException.class);
        assertThat(topics.topic(WEB_1).channel().queued()).isZero();
    }

    @Test
    void sumsTheCountersOfAllChannels() {
        for (MinionId minion : List.of(WEB_1, WEB_2)) {
            topics.open(minion);
            for (int order = 1; order <= 3; order++) {
                topics.publish(envelope(order, 1_000), List.of(minion));
            }
        }
        clock.set(1_000);
        topics.expire();
        assertThat(topics.dropped()).isEqualTo(2);
        assertThat(topics.expired()).isEqualTo(4);
    }

    @Test
    void sweepsExpiryAndSilence_everyInterval() {
        FakeSession silent = new FakeSession(1).connectTo(topics.open(WEB_1).channel());
        topics.open(WEB_2);
        topics.publish(envelope(1, 5_000), List.of(WEB_1));
        topics.publish(envelope(2, 250), List.of(WEB_2));
        Disposable sweep = topics.sweep(SWEEP, time);

        advanceTo(200);
        assertThat(moves).containsExactly("web-1 1 OFFERED");
        advanceTo(300);
        assertThat(moves).containsExactly("web-1 1 OFFERED", "web-2 2 EXPIRED");
        advanceTo(900);
        assertThat(silent.closed()).isNull();
        advanceTo(1_000);
        assertThat(silent.closed()).isNotNull();
        assertThat(moves).endsWith("web-1 1 QUEUED");

        sweep.dispose();
        advanceTo(6_000);
        assertThat(topics.topic(WEB_1).channel().queued()).isOne();
    }

    @Test
    void goesOnSweeping_whenASweepFails() {
        Topics failing =
                new Topics(new ChannelSettings(2, Duration.ofSeconds(1), clock), (job, minion, next, reason) -> {
                    moves.add(next.name());
                    throw new IllegalStateException("fates of this test");
                });
        failing.open(WEB_1);
        failing.open(WEB_2);
        failing.publish(envelope(1, 50), List.of(WEB_1));
        failing.publish(envelope(2, 150), List.of(WEB_2));
        Disposable sweep = failing.sweep(SWEEP, time);
        advanceTo(200);
        assertThat(moves).containsExactly(TargetState.EXPIRED.name(), TargetState.EXPIRED.name());
        sweep.dispose();
    }

    @Test
    void refusesSettings_thatCannotWork() {
        Clock any = clock;
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelSettings(0, Duration.ofSeconds(1), any));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelSettings(1, Duration.ZERO, any));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChannelSettings(1, Duration.ofSeconds(-1), any));
    }

    /** Clock and scheduler walk together. */
    private void advanceTo(long millis) {
        for (long now = clock.millis(); now < millis; now += SWEEP.toMillis()) {
            clock.advance(SWEEP);
            time.advanceTimeBy(SWEEP);
        }
    }

    private static Envelope envelope(long order, long expiresAt) {
        return new Envelope(new JobId(0, order), Bytes.EMPTY, order, expiresAt);
    }
}
