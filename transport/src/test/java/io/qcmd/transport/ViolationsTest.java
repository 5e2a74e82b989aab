package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class ViolationsTest {
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        QuietLogs.logger(Violations.class).setLevel(Level.WARN);
        QuietLogs.logger(Violations.class).setAdditive(false);
        QuietLogs.logger(Violations.class).addAppender(logged);
    }

    @AfterEach
    void stop() {
        QuietLogs.logger(Violations.class).detachAppender(logged);
        QuietLogs.logger(Violations.class).setAdditive(true);
        QuietLogs.set();
    }

    @Test
    void countsAllAndLogsOneLineASecond() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        Violations violations = new Violations(time);
        InetSocketAddress peer = InetSocketAddress.createUnresolved("peer", 7);

        for (int i = 0; i < 1_000; i++) {
            violations.count(i % 2 == 0 ? Violation.DEMAND : Violation.FRAGMENT, peer);
        }
        time.advanceTimeBy(Duration.ofSeconds(1));
        violations.count(Violation.FRAGMENT, peer);

        assertThat(violations.total(Violation.DEMAND)).isEqualTo(500);
        assertThat(violations.total(Violation.FRAGMENT)).isEqualTo(501);
        assertThat(violations.total()).isEqualTo(1_001);
        assertThat(logged.list)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.getThrowableProxy()).isNull());
        assertThat(logged.list.get(1).getFormattedMessage()).contains("peer", "FRAGMENT", "999 more");
    }
}
