package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class EventLoopLagTest {
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final EventLoopLag lag = new EventLoopLag(LIMIT, time);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private long delayMillis;
    private int tasks;

    @BeforeEach
    void start() {
        logged.start();
        QuietLogs.logger(EventLoopLag.class).setLevel(Level.INFO);
        QuietLogs.logger(EventLoopLag.class).setAdditive(false);
        QuietLogs.logger(EventLoopLag.class).addAppender(logged);
        lag.watch(this::later);
        lag.start();
    }

    @AfterEach
    void stop() {
        QuietLogs.logger(EventLoopLag.class).detachAppender(logged);
        QuietLogs.logger(EventLoopLag.class).setAdditive(true);
        QuietLogs.set();
    }

    @Test
    void idleLoop_isNotBehind() {
        advance(5_000);

        assertThat(lag.longest()).isZero();
        assertThat(lag.standing()).isZero();
    }

    @Test
    void oneLongPause_isTold_andIsNoOverload() {
        advance(2_000);
        delayMillis = 750;
        advance(100);
        delayMillis = 0;
        advance(1_000);

        assertThat(lag.longest()).isEqualTo(Duration.ofMillis(750));
        assertThat(lag.standing()).isZero();
        assertThat(logged.list).isEmpty();

        advance(5_000);
        assertThat(lag.longest()).isZero();
    }

    @Test
    void loopThatIsBehindForASecond_isAnOverload_loggedOnce_untilItHasCaughtUp() {
        advance(2_000);
        delayMillis = 250;
        advance(5_000);

        assertThat(lag.standing()).isEqualTo(Duration.ofMillis(250));
        assertThat(logged.list).singleElement().matches(line -> line.getLevel() == Level.WARN);

        delayMillis = 0;
        advance(2_000);
        assertThat(lag.standing()).isZero();
        assertThat(logged.list).hasSize(2).last().matches(line -> line.getLevel() == Level.INFO);
    }

    @Test
    void loopThatNeverComesBack_isBehindByAllTheTime() {
        delayMillis = 1_000_000;
        advance(10_000);

        assertThat(lag.longest()).isGreaterThan(Duration.ofSeconds(9));
        assertThat(lag.standing()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(10));
        assertThat(tasks).isLessThan(3);
    }

    @Test
    void worstLoop_isTheOneThatCounts() {
        lag.watch(Runnable::run);
        delayMillis = 250;

        advance(5_000);

        assertThat(lag.standing()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void loopThatHasEnded_isForgotten_andTheOthersAreLookedAt() {
        lag.watch(task -> {
            throw new RejectedExecutionException("over");
        });
        delayMillis = 250;

        advance(5_000);

        assertThat(lag.standing()).isEqualTo(Duration.ofMillis(250));
    }

    private void advance(long millis) {
        time.advanceTimeBy(Duration.ofMillis(millis));
    }

    /** An event loop that is so far behind. */
    private void later(Runnable task) {
        tasks++;
        if (delayMillis == 0) {
            task.run();
        } else {
            time.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        }
    }
}
