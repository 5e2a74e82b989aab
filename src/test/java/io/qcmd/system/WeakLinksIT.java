package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.qcmd.client.StartedJob;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.TargetState;
import io.qcmd.system.Wire.Direction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

/** Links whose other end has lost its power, that are slow and narrow, that come and go. */
@Timeout(180)
class WeakLinksIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG_LIFE = Duration.ofMinutes(4);
    /** The shortest that there is. */
    private static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(20);

    private static final String LIFETIME = "keep_alive_lifetime: " + SHORTEST_LIFETIME.toSeconds() + "s";

    @TempDir
    Path directory;

    private final List<Wire> wires = new ArrayList<>();
    private House house;
    private Oracle oracle;
    private Program bus;

    @BeforeEach
    void open() {
        house = new House(directory);
        bus = house.startBus("report_grace: 1s");
        house.awaitBus();
        oracle = new Oracle(house);
    }

    @AfterEach
    void close() {
        try {
            oracle.judge();
        } finally {
            wires.forEach(Wire::close);
            house.close();
        }
    }

    @Test
    @Execution(CONCURRENT)
    @Tag("F19")
    void anAgentWithoutPower_isDownAfterItsLifetime_andWhatItWasGivenIsLost() {
        Wire wire = wired("f19");
        StartedJob running = oracle.start(oracle.run("f19", Duration.ofSeconds(60))
                .timeout(Duration.ofSeconds(3))
                .expire(Duration.ofSeconds(1)));
        oracle.awaitStart(running, "f19");
        powerOff("f19", wire);

        // Nothing is sent to it meanwhile: only its silence tells.
        assertThat(house.minion("f19").presence()).isEqualTo(Presence.UP);
        assertThat(Oracle.end(running).state()).isEqualTo(TargetState.LOST);
        house.awaitDown("f19");
        powerOn("f19", wire);

        assertWorks("f19");
    }

    @Test
    @Execution(CONCURRENT)
    @Tag("F19")
    void aCommandForAnAgentWithoutPower_hasExpired_andNeverRuns() {
        Wire wire = wired("f19-idle");
        powerOff("f19-idle", wire);

        StartedJob job = oracle.start(oracle.run("f19-idle", SHORT).expire(Duration.ofSeconds(1)));
        assertThat(Oracle.end(job).state()).isEqualTo(TargetState.EXPIRED);
        powerOn("f19-idle", wire);

        assertWorks("f19-idle");
        assertThat(oracle.starts(job, "f19-idle")).isZero();
    }

    @Test
    @Execution(CONCURRENT)
    @Tag("F22")
    void aSlowAndNarrowLink_bringsAll_andNobodyIsTakenForDead() {
        // A hundred pieces, one after the other: longer than an agent may be silent.
        int bytes = 550_000;
        Wire wire = wired("f22");
        long began = System.nanoTime();
        wire.delay(Duration.ofMillis(500));
        List<StartedJob> jobs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            jobs.add(oracle.start(oracle.run("f22", SHORT, bytes).expire(LONG_LIFE), bytes));
        }

        for (StartedJob job : jobs) {
            assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(SHORTEST_LIFETIME);
        assertThat(bus.err()).doesNotContain("minion f22: a session ended");
        assertThat(wire.connections()).isEqualTo(1);
    }

    @Test
    @Execution(CONCURRENT)
    @Tag("F24")
    void aLinkThatIsUpForASecondAndDownForASecond_isNoStorm_andEachCommandStartsOnce() {
        Wire wire = wired("f24");
        List<StartedJob> jobs = new ArrayList<>();
        long began = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            wire.down();
            jobs.add(oracle.start(oracle.run("f24", SHORT).expire(LONG_LIFE)));
            House.pass(Duration.ofSeconds(1));
            wire.up();
            jobs.add(oracle.start(oracle.run("f24", SHORT).expire(LONG_LIFE)));
            House.pass(Duration.ofSeconds(1));
        }
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();

        // The pauses of this agent grow from below 0.1 s to below 1 s: a few tries a second, and not thousands.
        assertThat((long) wire.connections()).isLessThan(20 * seconds);
        assertThat(wire.cuts()).as("sessions that the link has cost").isGreaterThan(1);
        for (StartedJob job : jobs) {
            assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        }
        assertThat(house.minion("f24").clones()).isZero();
    }

    /** An agent behind a wire, connected. */
    private Wire wired(String minion) {
        Wire wire = new Wire(house.agentPort());
        wires.add(wire);
        house.startAgent(minion, "bus: 127.0.0.1:" + wire.port(), LIFETIME);
        house.awaitUp(minion);
        return wire;
    }

    /** It is gone with all that it ran, and no packet says so. */
    private void powerOff(String minion, Wire wire) {
        wire.hold(Direction.values());
        house.agent(minion).kill();
    }

    private void powerOn(String minion, Wire wire) {
        wire.cut();
        wire.heal();
        house.startAgent(minion, "bus: 127.0.0.1:" + wire.port(), LIFETIME);
    }

    private void assertWorks(String minion) {
        StartedJob next = oracle.start(oracle.run(minion, Duration.ZERO));
        assertThat(Oracle.end(next).state()).isEqualTo(Oracle.ownEnd(next));
    }
}
