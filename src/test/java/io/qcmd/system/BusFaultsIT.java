package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.RunSpec;
import io.qcmd.client.StartedJob;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bus that dies, or stands still, at a certain instant: whatever it had answered is true when it is back. */
@Timeout(180)
class BusFaultsIT {
    private static final int KILLED = 137;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG_LIFE = Duration.ofMinutes(4);

    @TempDir
    static Path directory;

    private static House house;
    private static Oracle oracle;
    private static Program bus;
    private static Program agent;

    @BeforeAll
    @Timeout(180)
    static void open() {
        house = new House(directory);
        oracle = new Oracle(house);
        restart(Map.of());
        startAgent();
    }

    /** Whatever the last test left. */
    @BeforeEach
    @Timeout(180)
    void theyAreThere() {
        if (bus.isAlive()) {
            bus.thaw();
        } else {
            restart(Map.of());
        }
        if (agent.isAlive()) {
            agent.thaw();
        } else {
            startAgent();
        }
        house.awaitUp("web1");
    }

    @AfterAll
    @Timeout(180)
    static void close() {
        oracle.judgeAndClose();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "BUS_BEFORE_SUBMIT_COMMIT",
                "BUS_AFTER_SUBMIT_COMMIT",
                "BUS_AFTER_OFFER",
                "BUS_BEFORE_GO",
                "BUS_AFTER_GO",
                "BUS_BEFORE_SETTLED"
            })
    @Tag("F01")
    @Tag("F02")
    @Tag("F04")
    @Tag("F06")
    void aBusThatDiesOnTheWayOfACommand_hasOneJobWithItsOwnEnd_whenItIsAskedAgain(FailPoint instant) {
        restart(House.failing(instant, "kill", 1));
        house.awaitUp("web1");
        RunSpec run = oracle.run("web1", SHORT).requestId("once-" + instant).expire(LONG_LIFE);

        // The client asks again by itself, and once more on a machine where a start takes longer than its patience.
        CompletableFuture<StartedJob> asked = run.start().retry(2).toFuture();
        awaitDeath(instant);
        restart(Map.of());

        StartedJob job = oracle.note(asked.orTimeout(90, TimeUnit.SECONDS).join(), 0);
        assertThat(oracle.start(run).id()).isEqualTo(job.id());
        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
    }

    @Test
    @Tag("F03")
    void aBusThatDiesAfterItsAnswer_beforeTheOffer_offersWhenItIsBack() {
        house.stopAgent("web1");
        restart(House.failing(FailPoint.BUS_BEFORE_OFFER, "kill", 1));
        StartedJob job = oracle.start(oracle.run("web1", SHORT).expire(LONG_LIFE));

        startAgent();
        awaitDeath(FailPoint.BUS_BEFORE_OFFER);
        restart(Map.of());

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
    }

    @Test
    @Tag("F05")
    void aBusThatDiesDuringAnUpload_getsTheRestOfTheOutput_whenItIsBack() {
        restart(House.failing(FailPoint.BUS_IN_UPLOAD, "kill", 3));
        house.awaitUp("web1");
        int bytes = 600_000;
        StartedJob job = oracle.start(oracle.run("web1", SHORT, bytes).expire(LONG_LIFE), bytes);

        awaitDeath(FailPoint.BUS_IN_UPLOAD);
        restart(Map.of());

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
    }

    @Test
    @Tag("F07")
    void aBusThatDiesInItsSweep_andTwiceWhenItStarts_keepsTheDeadline() {
        house.stopAgent("web1");
        restart(House.failing(FailPoint.BUS_BEFORE_OWN_FATE, "kill", 1));
        StartedJob job = oracle.start(oracle.run("web1", SHORT).expire(Duration.ofMillis(500)));
        long expiresAt = House.answer(job.info()).expiresAt();

        awaitDeath(FailPoint.BUS_BEFORE_OWN_FATE);
        for (int i = 0; i < 2; i++) {
            bus = start(House.failing(FailPoint.BUS_IN_RECOVERY, "kill", 1));
            awaitDeath(FailPoint.BUS_IN_RECOVERY);
        }
        restart(Map.of());

        assertThat(Oracle.end(job).state()).isEqualTo(TargetState.EXPIRED);
        JobInfo info = House.answer(job.info());
        assertThat(info.expiresAt()).isEqualTo(expiresAt).isLessThanOrEqualTo(info.endedAt());
    }

    @Test
    @Tag("F17")
    void aBusThatStandsStillFor5Seconds_goesOn_andTheTimeCounts() {
        StartedJob running = oracle.start(oracle.run("web1", Duration.ofSeconds(1)));
        oracle.awaitStart(running, "web1");
        house.startAgent("absent");
        house.awaitUp("absent");
        house.stopAgent("absent");
        StartedJob waiting = oracle.start(oracle.run("absent", SHORT).expire(Duration.ofSeconds(4)));

        bus.freeze();
        House.pass(Duration.ofSeconds(5));
        Processes.awaitNoneOf(running.id());
        bus.thaw();

        assertThat(Oracle.end(running).state()).isEqualTo(Oracle.ownEnd(running));
        assertThat(Oracle.end(waiting).state()).isEqualTo(TargetState.EXPIRED);
    }

    @Test
    @Tag("F18")
    void anAgentThatFreezesWithGoInItsSocket_startsNothingWhenItWakesTooLate_andIsGivenItAgain() {
        restart(House.failing(FailPoint.BUS_BEFORE_GO, "stop", 1));
        house.awaitUp("web1");
        // The bus may stop before its answer has left.
        CompletableFuture<StartedJob> asked =
                oracle.run("web1", SHORT).expire(LONG_LIFE).start().toFuture();

        bus.awaitFrozen();
        agent.freeze();
        bus.thaw();
        StartedJob job = oracle.note(asked.orTimeout(90, TimeUnit.SECONDS).join(), 0);
        await().atMost(House.LIMIT)
                .until(() -> House.answer(job.info()).counts().of(TargetState.ACCEPTED) == 1);
        // Longer than the ack_timeout of the agent.
        House.pass(Duration.ofMillis(3_500));
        agent.thaw();

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        await().atMost(House.LIMIT).untilAsserted(() -> assertThat(agent.err()).contains("closing the connection"));
    }

    private static Program start(Map<String, String> environment) {
        // A bus that an agent has not found yet counts nobody as gone, and who is gone waits long for nothing.
        return house.startBus(environment, "ack_timeout: 10s");
    }

    private static void restart(Map<String, String> environment) {
        if (bus != null) {
            bus.kill();
        }
        bus = start(environment);
        house.awaitBus();
    }

    private static void startAgent() {
        agent = house.startAgent("web1", "ack_timeout: 3s");
    }

    private static void awaitDeath(FailPoint instant) {
        assertThat(bus.exit(House.LIMIT)).as("%s", bus).isEqualTo(KILLED);
        // The JVM tells of its options; that the instant came, the failpoint tells.
        assertThat(bus.err()).contains("failpoint " + instant);
    }
}
