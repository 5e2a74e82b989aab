package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
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
    void firstLoss_isQuick_butNotQuickerThanTheSpreadOfTheBus() {
        assertThat(new Backoff(FIRST, LONGEST, BOUND).afterLoss(Duration.ofSeconds(5)))
                .isEqualTo(FIRST);
        assertThat(spread(Duration.ofMillis(3)).afterLoss(Duration.ofSeconds(5)))
                .isEqualTo(FIRST);
        assertThat(spread(Duration.ofSeconds(19)).afterLoss(Duration.ofSeconds(5)))
                .isEqualTo(Duration.ofSeconds(19));
        assertThat(spread(Duration.ofDays(1)).afterLoss(Duration.ofSeconds(5))).isEqualTo(LONGEST);
    }

    @Test
    void spread_holdsForTheTriesThatFollow_untilTheBusSaysAnother() {
        Backoff backoff = spread(Duration.ofSeconds(19));
        for (int seconds : new int[] {19, 19, 19, 19, 19, 32, 60}) {
            assertThat(backoff.afterFailure()).isEqualTo(Duration.ofSeconds(seconds));
        }

        backoff.spread(Duration.ZERO);

        assertThat(backoff.afterLoss(Backoff.STABLE)).isEqualTo(FIRST);
    }

    @Test
    @Tag("F35")
    void agentsOfABusThatEnded_comeBackAtItsRate_notTogether() {
        Random random = new Random(19);
        int agents = 19_000;
        int[] inSecond = new int[61];
        for (int i = 0; i < agents; i++) {
            Backoff backoff = new Backoff(FIRST, LONGEST, random);
            backoff.spread(Duration.ofSeconds(19));
            inSecond[(int) backoff.afterLoss(Duration.ofHours(1)).toSeconds()]++;
        }

        assertThat(Arrays.stream(inSecond)).allMatch(connects -> connects < 1_200);
        assertThat(Arrays.stream(inSecond).limit(19).min().orElseThrow()).isGreaterThan(800);
    }

    @Test
    @Tag("F24")
    void sessionsThatNeverLiveLong_countAsFailures() {
        Backoff backoff = new Backoff(FIRST, LONGEST, BOUND);
        for (int seconds : new int[] {1, 2, 4, 8}) {
            assertThat(backoff.afterLoss(Backoff.STABLE.minusMillis(1))).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void stableSession_startsAnew() {
        Backoff backoff = new Backoff(FIRST, LONGEST, BOUND);
        backoff.afterFailure();
        backoff.afterFailure();

        assertThat(backoff.afterLoss(Backoff.STABLE)).isEqualTo(FIRST);
    }

    @Test
    void busyBus_isObeyed_withJitterOnTop() {
        Duration retryAfter = Duration.ofSeconds(5);
        Backoff backoff = new Backoff(FIRST, LONGEST, BOUND);
        assertThat(backoff.afterBusy(retryAfter)).isEqualTo(retryAfter.plusSeconds(1));
        assertThat(backoff.afterBusy(retryAfter)).isEqualTo(retryAfter.plusSeconds(2));
        assertThat(backoff.afterBusy(Duration.ofDays(9))).isEqualTo(LONGEST.plusSeconds(4));

        Random random = new Random(5);
        assertThat(IntStream.range(0, 100).mapToObj(i -> new Backoff(FIRST, LONGEST, random).afterBusy(retryAfter)))
                .allMatch(wait -> wait.compareTo(retryAfter) >= 0)
                .doesNotHaveDuplicates();
    }

    private static Backoff spread(Duration told) {
        Backoff backoff = new Backoff(FIRST, LONGEST, BOUND);
        backoff.spread(told);
        return backoff;
    }

    @Test
    void refusal_isTriedAgainSlowly() {
        Duration wait = new Backoff(FIRST, LONGEST, new Random(1)).afterRefusal();
        assertThat(wait).isBetween(LONGEST.dividedBy(2), LONGEST);
    }
}
