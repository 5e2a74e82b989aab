package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Setup;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.Entrance;
import io.qcmd.transport.EventLoopLag;
import io.qcmd.transport.GuardRules;
import io.qcmd.transport.KeepAlive;
import io.qcmd.transport.RSocketDoor;
import io.qcmd.transport.RSocketLink;
import io.qcmd.transport.Sockets;
import io.qcmd.transport.Violations;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Many agents that lose their bus together. */
class ReconnectStormTest {
    private static final int AGENTS = 200;
    private static final Duration LONG = Duration.ofSeconds(25);

    private final Scheduler scheduler = Schedulers.newSingle("agents");
    private final Disposable.Composite running = Disposables.composite();

    @AfterEach
    void stop() {
        running.dispose();
        scheduler.dispose();
    }

    @Test
    @Tag("F35")
    @Tag("A37")
    void allComeBack_eachOnce_toABusThatLetsOnlySomeInAtATime() {
        int port;
        try (FakeBus before = new FakeBus(0, door(5_000, new Violations(scheduler)))) {
            port = before.port();
            for (int i = 0; i < AGENTS; i++) {
                running.add(start("web" + i, port));
            }
            await().atMost(LONG).until(() -> before.visits.size() == AGENTS);
        }

        Violations violations = new Violations(scheduler);
        try (FakeBus after = new FakeBus(port, door(60, violations))) {
            await().atMost(LONG).until(() -> after.visits.size() >= AGENTS);

            assertThat(after.visits.stream().map(visit -> visit.setup.minion()).distinct())
                    .hasSize(AGENTS);
            assertThat(after.visits).hasSize(AGENTS);
            // At once they would have come; who was told BUSY did not come again before its time.
            assertThat(violations.refused()).isLessThan(AGENTS * 5L);
            assertThat(violations.offences()).isZero();
        }
    }

    private static RSocketDoor door(int connectionsPerSecond, Violations violations) {
        Scheduler timers = Schedulers.parallel();
        Duration never = Duration.ofMinutes(1);
        Entrance.Limits limits = new Entrance.Limits(1, connectionsPerSecond, 2_000, 16, Duration.ofSeconds(5), never);
        Entrance entrance = new Entrance(limits, new EventLoopLag(never, timers), timers);
        return new RSocketDoor(GuardRules.agentAtBus(), 1_000, entrance, violations, timers);
    }

    private Disposable start(String minion, int port) {
        Agent agent = new Agent(
                new Identity("boot", minion, "1", Map.of(), Map.of()),
                SessionSettings.DEFAULT,
                new MemoryJournal("epoch"),
                new FakeCommands(),
                scheduler);
        RSocketLink link = new RSocketLink(
                Sockets.client("127.0.0.1", port),
                GuardRules.busAtAgent(),
                Setup.agent(new MinionId(minion), "1"),
                Encoding.CBOR,
                KeepAlive.DEFAULT,
                new Violations(scheduler),
                Schedulers.parallel());
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), new Random(minion.hashCode()));
        return new BusLink(agent, link, backoff, Schedulers.parallel())
                .sessions()
                .subscribe();
    }
}
