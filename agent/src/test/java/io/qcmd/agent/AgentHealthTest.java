package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the agent says how it is, and what it reads for that. */
class AgentHealthTest extends AgentFixture {
    private static final Duration INTERVAL = SETTINGS.healthInterval();

    @TempDir
    private Path directory;

    @Test
    void isToldAtOnce_whenHelloIsReconciled_andNotBefore() {
        connect();
        assertThat(link.healths()).isEmpty();

        reconcile();

        assertThat(link.healths()).containsExactly(commands.health());
    }

    @Test
    void isToldOncePerInterval_asItIsThen() {
        open();
        link.healths();
        pass(INTERVAL.minusMillis(1));
        assertThat(link.healths()).isEmpty();
        commands.clock = 2_000;
        granted(JOB);

        pass(Duration.ofMillis(1));

        assertThat(link.healths()).singleElement().isInstanceOfSatisfying(Report.Health.class, health -> {
            assertThat(health.clock()).isEqualTo(2_000);
            assertThat(health.freeSlots()).isEqualTo(3);
        });
        pass(INTERVAL.multipliedBy(3));
        assertThat(link.healths()).hasSize(3);
    }

    @Test
    @Tag("F32")
    void growthOfTheJournal_isToldWithIt_once() {
        open();
        granted(JOB);
        pass(INTERVAL);
        assertThat(link.frames).contains(List.of(commands.health(), new Report.Journaled(journal.records())));
        link.frames.clear();

        pass(INTERVAL);

        assertThat(link.frames).containsExactly(List.of(commands.health()));
    }

    @Test
    void waitsForCredit_andIsFreshWhenItGoes() {
        open();
        link.healths();
        link.credit = false;
        pass(INTERVAL.multipliedBy(5));
        assertThat(link.healths()).isEmpty();

        commands.clock = 3_000;
        link.credit = true;
        session.credit();

        assertThat(link.healths()).containsExactly(commands.health());
    }

    @Test
    void endsWithItsSession_andBeginsAnewInTheNext() {
        open();
        FakeLink first = link;
        first.healths();
        disconnect();
        pass(INTERVAL.multipliedBy(2));
        assertThat(first.healths()).isEmpty();

        open();
        pass(INTERVAL);

        assertThat(link.healths()).hasSize(2);
        assertThat(first.healths()).isEmpty();
    }

    @Test
    void readsDiskClockAndLoad() {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(42), ZoneOffset.UTC);

        Report.Health health = new Vitals(directory, 7, clock).health(4, 3);

        assertThat(health.clock()).isEqualTo(42);
        assertThat(health.diskFree()).isPositive();
        assertThat(health.diskNeeded()).isEqualTo(7);
        assertThat(health.slots()).isEqualTo(4);
        assertThat(health.freeSlots()).isEqualTo(3);
    }

    @Test
    void diskThatCannotBeRead_hasNothingFree() {
        assertThat(new Vitals(directory.resolve("none"), 7, Clock.systemUTC()).diskFree())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"1.25 0.3 0.1 1/200 17, 125", "0.00 0 0, 0", "12.345, 1235", "high, 0", "'', 0", "-1 0, 0", "NaN, 0"})
    void readsTheLoadOfTheLastMinute(String text, int percent) throws IOException {
        assertThat(Vitals.loadPercent(Files.writeString(directory.resolve("loadavg"), text)))
                .isEqualTo(percent);
    }

    @Test
    void loadThatCannotBeRead_isNone() {
        assertThat(Vitals.loadPercent(directory.resolve("none"))).isZero();
    }
}
