package io.qcmd.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.job.OutputPool;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import io.qcmd.transport.EventLoopLag;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class LoadTest {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final EventLoopLag lag = new EventLoopLag(LIMIT, VirtualTimeScheduler.create());
    private final AtomicInteger writes = new AtomicInteger();

    @Test
    void idleBus_takesJobs() {
        assertThat(load(1 << 20).refusal()).isEmpty();
    }

    @Test
    void refusesJobs_whenHalfOfTheStoreQueueIsTaken() {
        writes.set(49);
        assertThat(load(1 << 20).refusal()).isEmpty();
        writes.set(50);

        assertThat(load(1 << 20).refusal()).hasValueSatisfying(busy -> {
            assertThat(busy).isInstanceOf(QcmdException.class).hasMessageContaining("50 writes wait for the store");
            assertThat(busy.retryAfterMillis()).isEqualTo(200);
        });
    }

    @Test
    void holdsOutputBack_longBeforeItRefusesJobs() {
        writes.set(24);
        assertThat(load(1 << 20).holdsOutputBack()).isFalse();
        writes.set(25);

        assertThat(load(1 << 20).holdsOutputBack()).isTrue();
        assertThat(load(1 << 20).refusal()).isEmpty();
    }

    @Test
    void refusesJobs_whenTheOutputPoolHasNoRoom() {
        assertThat(load(Limits.CHUNK).refusal())
                .hasValueSatisfying(busy -> assertThat(busy).hasMessageContaining("output_pool"));
    }

    @Test
    void tellsHowCloseItIs() {
        writes.set(3);

        assertThat(load(1 << 20).pressure(5, 6)).isEqualTo(new BusStatus.Pressure(0, 3, 100, 0, 1 << 20, 5, 6));
    }

    private Load load(long pool) {
        return new Load(lag, FIRST, LIMIT, writes::get, 100, new OutputPool(pool));
    }
}
