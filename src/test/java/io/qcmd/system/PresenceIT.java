package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import io.qcmd.protocol.TargetState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is left out of runs, with real agents that die, freeze, come back, and an operator who knows better. */
@Timeout(180)
class PresenceIT {
    private static final String OFTEN = "health_interval: 1s";

    @TempDir
    private Path directory;

    @Test
    void agentThatIsKilled_becomesUncontrollable_isLeftOut_andComesBack() {
        try (House house = new House(directory)) {
            house.startBus("uncontrollable_after: 2s");
            house.startAgent("here", OFTEN);
            Program gone = house.startAgent("gone", OFTEN);
            house.awaitUp("here", "gone");
            gone.kill();
            await().atMost(House.LIMIT).until(() -> house.minion("gone").presence() == Presence.UNCONTROLLABLE);

            MinionInfo minion = house.minion("gone");
            Uncontrollable why = Objects.requireNonNull(minion.uncontrollable());
            assertThat(why.reason()).isEqualTo(Reason.GONE);
            assertThat(why.since()).as("it was DOWN before").isGreaterThanOrEqualTo(minion.lastSeen() + 2_000);
            assertLeftOut(house);

            house.startAgent("gone", OFTEN);
            await().atMost(House.LIMIT).until(() -> house.minion("gone").presence() == Presence.UP);
            assertThat(house.result(house.run("gone").shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
        }
    }

    private static void assertLeftOut(House house) {
        StartedJob job = House.answer(house.run("*").shell("true").start());
        assertThat(job.accepted().matched()).isEqualTo(1);
        assertThat(job.accepted().discarded().names()).singleElement().satisfies(name -> {
            assertThat(name.name()).isEqualTo("gone");
            assertThat(name.reason()).isEqualTo(Discarded.Reason.UNCONTROLLABLE);
        });
        assertThat(house.qcmd("run", "*", "--", "true").exit()).isZero();
        House.Answer alone = house.qcmd("run", "gone", "--", "true");
        assertThat(alone.exit()).isEqualTo(3);
        assertThat(alone.err()).contains("left out: 1 uncontrollable; see qcmd minions ls --state uncontrollable");
        assertThat(house.qcmd("minions", "ls", "--state", "uncontrollable").out())
                .contains("gone", "no session for more than 2 s; left out of runs")
                .doesNotContain("here");
        assertThat(house.qcmd("-o", "name", "minions", "ls", "--state", "up").out())
                .isEqualTo("here\n");
        assertThat(house.qcmd("status").out()).contains("2 known · 1 up · 1 uncontrollable");
    }

    @Test
    void quarantine_outlivesAKilledBus_holdsBackWhatWaits_andReleaseLetsItGo() {
        try (House house = new House(directory)) {
            Program bus = house.startBus();
            house.startAgent("web", OFTEN);
            house.awaitUp("web");
            house.stopAgent("web");
            Path marker = house.file("marker");
            StartedJob job = House.answer(house.run("web")
                    .shell("touch " + marker)
                    .expire(Duration.ofMinutes(5))
                    .start());

            House.Answer quarantined = house.qcmd("minions", "quarantine", "web", "--reason", "it burns");
            assertThat(quarantined.out()).as("%s", quarantined).isEqualTo("1 minion matched · 1 quarantined\n");
            bus.kill();
            house.startBus();
            house.awaitBus();
            house.startAgent("web", OFTEN);
            house.awaitUp("web");
            // It asked for work before its first HEALTH went out: an offer would have come by the second.
            HealthInfo first = awaitHealth(house, null);
            awaitHealth(house, first);

            MinionInfo minion = house.minion("web");
            assertThat(minion.uncontrollable())
                    .satisfies(why ->
                            assertThat(Objects.requireNonNull(why).text()).endsWith(": it burns"));
            assertThat(minion.channel().queued()).isEqualTo(1);
            assertThat(minion.channel().slot()).isNull();
            assertThat(marker).doesNotExist();
            assertThat(house.qcmd("run", "web", "--", "true").exit()).isEqualTo(3);

            assertThat(house.qcmd("minions", "release", "web").out()).isEqualTo("1 minion matched · 1 released\n");
            assertThat(end(job).state()).isEqualTo(TargetState.SUCCEEDED);
            assertThat(marker).exists();
        }
    }

    @Test
    void agentThatFreezesOverEveryOffer_isNotReady_untilItIsWell() {
        try (House house = new House(directory)) {
            house.startBus("ack_timeout: 1s");
            Program agent = house.startAgent("frozen", OFTEN);
            for (int offers = 1; offers <= 3; offers++) {
                house.awaitUp("frozen");
                assertThat(house.minion("frozen").presence()).isEqualTo(Presence.UP);
                agent.freeze();
                StartedJob job = House.answer(house.run("frozen")
                        .shell("true")
                        .timeout(Duration.ofSeconds(1))
                        .start());
                assertThat(end(job).state()).isEqualTo(TargetState.EXPIRED);
                await().atMost(House.LIMIT).until(() -> house.minion("frozen").presence() != Presence.UP);
                if (offers < 3) {
                    agent.thaw();
                }
            }

            Uncontrollable why = Objects.requireNonNull(house.minion("frozen").uncontrollable());
            assertThat(why.reason()).isEqualTo(Reason.NOT_READY);
            assertThat(why.text()).isEqualTo("3 offers in a row without READY");

            agent.thaw();
            await().atMost(House.LIMIT).until(() -> house.minion("frozen").presence() == Presence.UP);
            assertThat(house.result(house.run("frozen").shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
        }
    }

    /** A HEALTH that is not this one. */
    private static HealthInfo awaitHealth(House house, @Nullable HealthInfo before) {
        return await().atMost(House.LIMIT)
                .until(() -> house.minion("web").health(), health -> health != null && !health.equals(before));
    }

    private static TargetResult end(StartedJob job) {
        return House.answer(job.results().single());
    }
}
