package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

class OutboundTest {
    private static final long STALL = Duration.ofSeconds(30).toNanos();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @Test
    void isStalled_whenNothingWasTakenForSoLong() {
        Outbound outbound = new Outbound(time);
        time.advanceTimeBy(Duration.ofHours(1));
        outbound.add(10);
        time.advanceTimeBy(Duration.ofSeconds(30));
        assertThat(outbound.stalledFor(STALL)).isFalse();

        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(outbound.stalledFor(STALL)).isTrue();
    }

    @Test
    void isNotStalled_inTheMiddleOfTheFirstFrameAfterALongSilence() {
        time.advanceTimeBy(Duration.ofHours(1));
        Interrupted clock = new Interrupted();
        Outbound outbound = new Outbound(clock);

        clock.observed = outbound;
        outbound.add(10);

        assertThat(clock.seen).isNotEmpty().containsOnly(false);
        assertThat(outbound.waiting()).isEqualTo(10);
    }

    /** A clock that lets another sender have its turn whenever it is looked at. */
    private final class Interrupted implements Scheduler {
        private final List<Boolean> seen = new ArrayList<>();
        private Outbound observed = new Outbound(time);

        @Override
        public long now(TimeUnit unit) {
            Outbound look = observed;
            observed = new Outbound(time);
            seen.add(look.stalledFor(STALL));
            observed = look;
            return time.now(unit);
        }

        @Override
        public Disposable schedule(Runnable task) {
            return time.schedule(task);
        }

        @Override
        public Worker createWorker() {
            return time.createWorker();
        }
    }
}
