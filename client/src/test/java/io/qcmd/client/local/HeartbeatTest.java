package io.qcmd.client.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final long SECOND = 1_000_000_000L;

    private final Heartbeat heart = new Heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(30), 0);

    @Test
    void asksOncePerInterval() {
        assertThat(heart.isDue(10 * SECOND - 1)).isFalse();
        assertThat(heart.isDue(10 * SECOND)).isTrue();
        assertThat(heart.isDue(10 * SECOND + 1)).isFalse();
        assertThat(heart.pauseMillis(10 * SECOND)).isEqualTo(10_000);
        assertThat(heart.pauseMillis(25 * SECOND)).isEqualTo(1);
    }

    @Test
    void givesUp_aLifetimeAfterTheFirstQuestionWithoutAnAnswer() {
        assertThat(heart.isDue(10 * SECOND)).isTrue();
        assertThat(heart.isDue(20 * SECOND)).isTrue();
        assertThat(heart.isOver(40 * SECOND)).isFalse();
        assertThat(heart.isOver(40 * SECOND + 1)).isTrue();
    }

    @Test
    void goesOn_whenAnythingWasHeard() {
        assertThat(heart.isDue(10 * SECOND)).isTrue();
        heart.heard();
        assertThat(heart.isOver(100 * SECOND)).isFalse();
    }

    @Test
    void judgesNobody_afterAPauseOfItsOwn() {
        assertThat(heart.isOver(1_000 * SECOND)).isFalse();
        assertThat(heart.isDue(1_000 * SECOND)).isTrue();
        assertThat(heart.isOver(1_030 * SECOND)).isFalse();
    }
}
