package io.qcmd.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.store.PurgeRule;
import io.qcmd.bus.store.StoreSize;
import io.qcmd.bus.store.Upkeep;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.config.ConfigFile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class HousekeepingTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FakeUpkeep upkeep = new FakeUpkeep();

    @Test
    void forgetsStepByStep_untilThereIsNoMore_thenOnceAMinute() {
        upkeep.answers.addAll(List.of(Mono.just(true), Mono.just(true)));
        start("");

        time.advanceTimeBy(Duration.ofMillis(19));
        assertThat(upkeep.rules).hasSize(1);
        time.advanceTimeBy(Duration.ofMillis(21));
        assertThat(upkeep.rules).hasSize(3);
        time.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(upkeep.rules).hasSize(3);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(upkeep.rules).hasSize(4);
    }

    @Test
    void looksAgainAfterAMinute_whenTheStoreCannotWrite() {
        upkeep.answers.add(Mono.error(new QcmdException(ErrorCode.STORE_FULL, "full")));
        start("");

        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(upkeep.rules).hasSize(2);
    }

    @Test
    void ruleIsWhatTheConfigSays_andSparesWhatEndedAMomentAgo() {
        start("keep_jobs: 48h\nkeep_audit: 72h\nkeep_bytes: 100MiB");

        assertThat(upkeep.rules)
                .containsExactly(new PurgeRule(
                        NOW.minus(Duration.ofHours(48)).toEpochMilli(),
                        100 << 20,
                        NOW.minus(Duration.ofMinutes(10)).toEpochMilli(),
                        NOW.minus(Duration.ofHours(72)).toEpochMilli()));
    }

    @Test
    void aTenthOfTheLargestSize_staysFree() {
        start("store_bytes: 1000MiB");

        assertThat(upkeep.rules).extracting(PurgeRule::bytes).containsExactly(900L << 20);
    }

    @Test
    void tellsSizeAndOldestJob() {
        upkeep.size = new StoreSize(3 << 20, NOW.minus(Duration.ofHours(30)).toEpochMilli());

        assertThat(start("").told()).isEqualTo(", 3 MiB, oldest job 30 h");
    }

    private Housekeeping start(String yaml) {
        Housekeeping housekeeping = new Housekeeping(
                Keeping.of(ConfigFile.parse("test.yaml", yaml)), upkeep, Clock.fixed(NOW, ZoneOffset.UTC), time);
        assertThat(housekeeping.start().isDisposed()).isFalse();
        return housekeeping;
    }

    private static final class FakeUpkeep implements Upkeep {
        final Queue<Mono<Boolean>> answers = new ArrayDeque<>();
        final List<PurgeRule> rules = new ArrayList<>();
        StoreSize size = new StoreSize(0, 0);

        @Override
        public Mono<Boolean> purge(PurgeRule rule) {
            rules.add(rule);
            Mono<Boolean> answer = answers.poll();
            return answer == null ? Mono.just(false) : answer;
        }

        @Override
        public Mono<StoreSize> size() {
            return Mono.just(size);
        }
    }
}
