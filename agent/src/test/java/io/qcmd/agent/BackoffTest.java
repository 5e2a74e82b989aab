package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int AGENTS = 19_000;

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
        Backoff backoff = spread(Duration.ofSeconds(32));
        assertThat(backoff.afterLoss(Backoff.STABLE)).isEqualTo(Duration.ofSeconds(32));
        // A spread less its drift, until full jitter has come to more.
        for (int seconds : new int[] {31, 31, 31, 31, 32, 60}) {
            assertThat(backoff.afterFailure()).isEqualTo(Duration.ofSeconds(seconds));
        }

        backoff.spread(Duration.ZERO);

        assertThat(backoff.afterLoss(Backoff.STABLE)).isEqualTo(FIRST);
    }

    /** However long the bus is away: its agents come at its rate, and all of them within a spread. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 30, 47, 48, 100, 600})
    @Tag("F35")
    void agentsOfABusThatEnded_comeBackAtItsRate_allWithinASpread(int away) {
        Random random = new Random(away);
        int rate = 400;
        Duration spread = Duration.ofMillis(AGENTS * 1_000L / rate);
        int[] inSecond = new int[2 * (int) LONGEST.toSeconds()];
        long last = 0;
        for (int i = 0; i < AGENTS; i++) {
            long back = back(spread, Duration.ofSeconds(away), random).toMillis() - away * 1_000L;
            inSecond[(int) (back / 1_000)]++;
            last = Math.max(last, back);
        }

        // Where the first of a spread come after the last of the one before, some are early.
        assertThat(Arrays.stream(inSecond)).allMatch(connects -> connects < rate * 7 / 4);
        assertThat(Arrays.stream(inSecond).limit(20).average().orElseThrow()).isBetween(rate * 0.95, rate * 1.1);
        assertThat(last).isLessThanOrEqualTo((away <= 100 ? spread : LONGEST).toMillis());
    }

    /** When an agent finds its bus, which has ended at 0 and is back after so long. */
    private static Duration back(Duration spread, Duration away, Random random) {
        Backoff backoff = new Backoff(FIRST, LONGEST, random);
        backoff.spread(spread);
        Duration now = backoff.afterLoss(Duration.ofHours(1));
        while (now.compareTo(away) < 0) {
            now = now.plus(backoff.afterFailure());
        }
        return now;
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
