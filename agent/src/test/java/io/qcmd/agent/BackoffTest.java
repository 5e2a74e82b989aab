package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Always the largest number: the bound itself. */
    private static final RandomGenerator BOUND = new RandomGenerator() {
        @Override
        public long nextLong() {
            return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    @Test
    void failures_doubleTheBound_upToTheLongest() {
        Backoff backoff = new Backoff(FIRST, LONGEST, BOUND);
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(backoff.afterFailure()).isEqualTo(Duration.ofSeconds(seconds));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.afterFailure()).isEqualTo(LONGEST);
        }
    }

    @Test
    void waits_areSpreadOverTheWholeRange() {
        Random random = new Random(7);
        long low = 0;
        for (int i = 0; i < 1_000; i++) {
            Duration wait = new Backoff(FIRST, LONGEST, random).afterFailure();
            assertThat(wait).isBetween(Duration.ZERO, FIRST);
            low += wait.toMillis() < 500 ? 1 : 0;
        }
        assertThat(low).isBetween(400L, 600L);
    }

    @Test
    void firstLoss_isQuick_withinTheSpreadOfTheBus() {
        assertThat(new Backoff(FIRST, LONGEST, BOUND).afterLoss(Duration.ofSeconds(5), Duration.ofMillis(700)))
                .isEqualTo(Duration.ofMillis(700));
        assertThat(new Backoff(FIRST, LONGEST, BOUND).afterLoss(Duration.ofSeconds(5), Duration.ZERO))
                .isEqualTo(Backoff.LEAST_SPREAD);
        assertThat(new Backoff(FIRST, LONGEST, BOUND).afterLoss(Duration.ofSeconds(5), Duration.ofDays(1)))
                .isEqualTo(LONGEST);
    }

    @Test
    @Tag("F24")
    void sessionsThatNeverLiveLong_countAsFailures() {
        Backoff backoff = new Backoff(FIRST, LONGEST, BOUND);
        Duration quick = backoff.afterLoss(Duration.ofSeconds(1), Duration.ZERO);
        assertThat(quick).isEqualTo(Backoff.LEAST_SPREAD);
        assertThat(backoff.afterLoss(Duration.ofSeconds(1), Duration.ZERO)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.afterLoss(Duration.ofSeconds(1), Duration.ZERO)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void stableSession_startsAnew() {
        Backoff backoff = new Backoff(FIRST, LONGEST, BOUND);
        backoff.afterFailure();
        backoff.afterFailure();

        assertThat(backoff.afterLoss(Backoff.STABLE, Duration.ZERO)).isEqualTo(Backoff.LEAST_SPREAD);
    }

    @Test
    void refusal_isTriedAgainSlowly() {
        Duration wait = new Backoff(FIRST, LONGEST, new Random(1)).afterRefusal();
        assertThat(wait).isBetween(LONGEST.dividedBy(2), LONGEST);
    }
}
