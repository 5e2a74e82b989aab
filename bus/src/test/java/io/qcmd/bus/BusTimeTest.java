package io.qcmd.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What the wall clock may do to the time of the bus. */
@Tag("F34")
class BusTimeTest {
    private static final long START = 1_700_000_000_000L;
    private static final String HOUR_BACK = "-PT1H";
    private static final String HOUR_ON = "PT1H";
    private static final String YEAR_ON = "P365D";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Wall wall = new Wall();

    @ParameterizedTest
    @ValueSource(strings = {HOUR_BACK, HOUR_ON, YEAR_ON})
    void jumpOfTheWallClock_withinARun_changesNothing(Duration jump) {
        BusTime bus = start(0);
        pass(Duration.ofSeconds(10));

        wall.jump(jump);
        pass(Duration.ofSeconds(10));

        assertThat(bus.millis()).isEqualTo(START + 20_000);
        assertThat(bus.instant()).isEqualTo(Instant.ofEpochMilli(START + 20_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {HOUR_BACK, HOUR_ON, YEAR_ON})
    void jumpOfTheWallClock_isNoticedOnce(Duration jump) {
        BusTime bus = start(0);
        assertThat(bus.look()).isZero();
        wall.jump(jump);

        assertThat(bus.look()).isEqualTo(jump.toMillis());
        pass(Duration.ofHours(2));
        assertThat(bus.look()).isZero();
    }

    @Test
    void slewOfTheWallClock_isNoJump() {
        BusTime bus = start(0);
        for (int n = 0; n < 10; n++) {
            wall.jump(Duration.ofMillis(4_999));
            assertThat(bus.look()).isZero();
        }
    }

    @Test
    void wallClock_isWatched_asLongAsTheBusRuns() {
        BusTime bus = start(0);
        Disposable watch = bus.watch(time);
        wall.jump(Duration.ofHours(1));

        time.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(bus.look()).as("was seen before").isZero();

        watch.dispose();
        wall.jump(Duration.ofHours(1));
        time.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(bus.look()).isEqualTo(Duration.ofHours(1).toMillis());
    }

    @Test
    void restart_countsTheDowntime() {
        long last = start(0).millis();
        pass(Duration.ofMinutes(7));

        assertThat(start(last).millis()).isEqualTo(last + Duration.ofMinutes(7).toMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {HOUR_ON, YEAR_ON})
    void wallClockThatWentOnWhileTheBusWasDown_isDowntime(Duration jump) {
        long last = start(0).millis();
        wall.jump(jump);

        assertThat(start(last).millis()).isEqualTo(last + jump.toMillis());
    }

    @ParameterizedTest
    @ValueSource(strings = {HOUR_BACK, "-P365D"})
    void wallClockThatWentBackWhileTheBusWasDown_doesNotTurnItBack_norGivesATimeTwice(Duration jump) {
        BusTime before = start(0);
        pass(Duration.ofSeconds(10));
        long last = before.millis();
        wall.jump(jump);

        BusTime after = start(last);
        assertThat(after.millis()).isEqualTo(last + 1);
        pass(Duration.ofSeconds(1));
        assertThat(after.millis()).isEqualTo(last + 1_001);
    }

    private BusTime start(long lastMillis) {
        return new BusTime(wall, () -> time.now(TimeUnit.NANOSECONDS), lastMillis);
    }

    private void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Goes with the time of the test, and jumps when it is told to. */
    private final class Wall extends Clock {
        private long ahead = START;

        void jump(Duration by) {
            ahead += by.toMillis();
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(ahead + time.now(TimeUnit.MILLISECONDS));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
