package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.JobEvent;
import io.qcmd.client.StartedJob;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.PingPage;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import io.qcmd.protocol.fault.FailPoint;
import io.qcmd.system.Wire.Direction;
import io.qcmd.transport.HostileClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Links that are cut, one-sided or slow to tell, agents that stand still, and what is said twice. */
@Timeout(180)
class LinkFaultsIT {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG_LIFE = Duration.ofMinutes(4);

    @TempDir
    static Path directory;

    private static House house;
    private static Oracle oracle;
    private static Program bus;
    private static final List<Wire> wires = new ArrayList<>();

    @BeforeAll
    @Timeout(180)
    static void open() {
        house = new House(directory);
        bus = house.startBus("ack_timeout: 2s", "channel_capacity: 4");
        house.awaitBus();
        oracle = new Oracle(house);
    }

    @AfterAll
    @Timeout(180)
    static void close() {
        try {
            oracle.judge();
        } finally {
            wires.forEach(Wire::close);
            house.close();
        }
    }

    @Test
    @Tag("F23")
    void aLinkThatIsGoneForASecond_isNotNoticed() {
        Wire wire = wired("f23-short", Map.of());
        StartedJob job = oracle.start(oracle.run("f23-short", Duration.ofMillis(500)));
        oracle.awaitStart(job, "f23-short");

        wire.hold(Direction.values());
        House.pass(Duration.ofSeconds(1));
        // What the agent has to say of its end waits.
        await().atMost(House.LIMIT).until(() -> wire.holdsBack(Direction.TO_BUS));
        Processes.awaitNoneOf(job.id());
        assertThat(House.answer(job.info()).counts().live()).isEqualTo(1);
        wire.heal();

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        assertThat(bus.err()).doesNotContain("minion f23-short: a session ended");
    }

    @Test
    @Tag("F23")
    void aLinkThatIsGoneForLongerThanATtl_bringsResultsWhenItIsBack_andNoOldCommand() {
        Wire wire = wired("f23-long", Map.of());
        StartedJob running = oracle.start(oracle.run("f23-long", Duration.ofSeconds(1)));
        oracle.awaitStart(running, "f23-long");

        wire.hold(Direction.values());
        StartedJob late = oracle.start(oracle.run("f23-long", SHORT).expire(Duration.ofSeconds(1)));
        StartedJob patient = oracle.start(oracle.run("f23-long", SHORT).expire(LONG_LIFE));
        assertThat(Oracle.end(late).state()).isEqualTo(TargetState.EXPIRED);
        house.awaitDown("f23-long");
        wire.heal();

        assertThat(Oracle.end(running).state()).isEqualTo(Oracle.ownEnd(running));
        assertThat(Oracle.end(patient).state()).isEqualTo(Oracle.ownEnd(patient));
        assertThat(oracle.starts(late, "f23-long")).isZero();
    }

    @Test
    @Tag("F25")
    void aReadyThatIsLost_costsASession_andTheCommandRunsInTheNext() {
        Wire wire = wired("f25-ready", Map.of());
        wire.hold(Direction.TO_BUS);
        StartedJob job = oracle.start(oracle.run("f25-ready", SHORT).expire(LONG_LIFE));
        house.awaitDown("f25-ready");
        assertThat(bus.err()).contains("closing the session of f25-ready: session closed: neither READY nor REFUSED");
        wire.heal();

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
    }

    @Test
    @Tag("F25")
    void aGoThatIsLost_costsASession_andTheCommandRunsInTheNext() {
        Wire wire = wired("f25-go", House.failing(FailPoint.AGENT_BEFORE_READY, "stop", 1));
        StartedJob job = oracle.start(oracle.run("f25-go", SHORT).expire(LONG_LIFE));
        holdWhatComesNext("f25-go", wire);

        await().atMost(House.LIMIT)
                .until(() -> House.answer(job.info()).counts().of(TargetState.ACCEPTED) == 1);
        // The agent closes; what comes to it when the wire heals is of no session any more.
        house.awaitDown("f25-go");
        assertThat(wire.holdsBack(Direction.TO_AGENT)).isTrue();
        assertThat(oracle.starts(job, "f25-go")).isZero();
        wire.heal();

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
    }

    @Test
    @Tag("F25")
    void aSettledThatIsLost_isSaidAgainInTheNextSession() {
        Wire wire = wired("f25-settled", House.failing(FailPoint.AGENT_AFTER_DONE, "stop", 1));
        StartedJob job = oracle.start(oracle.run("f25-settled", SHORT));
        holdWhatComesNext("f25-settled", wire);

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        // Much longer than the bus lets SETTLED wait: without the hold the agent had let go of it by now.
        House.pass(Duration.ofSeconds(1));
        assertThat(wire.holdsBack(Direction.TO_AGENT)).isTrue();
        assertThat(house.agentData("f25-settled").resolve("jobs").resolve(job.id()))
                .exists();
        wire.cut();
        wire.heal();
        // That nothing is left there then is what the oracle sees.
    }

    @Test
    @Tag("F18")
    void anAgentThatStandsStillFor5Seconds_hasOneEnd_andStartsOnce() {
        Program agent = house.startAgent("f18");
        house.awaitUp("f18");
        StartedJob running = oracle.start(oracle.run("f18", Duration.ofSeconds(1)));
        oracle.awaitStart(running, "f18");
        agent.freeze();
        StartedJob late = oracle.start(oracle.run("f18", SHORT).expire(Duration.ofSeconds(1)));
        StartedJob patient = oracle.start(oracle.run("f18", SHORT).expire(LONG_LIFE));
        House.pass(Duration.ofSeconds(5));
        agent.thaw();

        assertThat(Oracle.end(running).state()).isEqualTo(Oracle.ownEnd(running));
        assertThat(Oracle.end(late).state()).isEqualTo(TargetState.EXPIRED);
        assertThat(Oracle.end(patient).state()).isEqualTo(Oracle.ownEnd(patient));
    }

    @Test
    @Tag("F18")
    void anAgentThatStandsStillForLongerThanItsLifetime_isDown_andItsCommandHasOneEnd() {
        Program agent = house.startAgent("f18-long", "keep_alive_interval: 10s", "keep_alive_lifetime: 20s");
        house.awaitUp("f18-long");
        StartedJob job = oracle.start(oracle.run("f18-long", Duration.ofSeconds(1)));
        oracle.awaitStart(job, "f18-long");
        agent.freeze();
        house.awaitDown("f18-long");
        agent.thaw();

        assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        await().atMost(House.LIMIT).until(() -> house.minion("f18-long").presence() == Presence.UP);
    }

    @Test
    @Tag("F37")
    void whatAnAgentSaysTwice_countsOnce() throws IOException {
        String minion = "f37";
        try (HostileClient agent = HostileAgent.greeted(house, minion)) {
            StartedJob started = HostileAgent.granted(house, agent, minion);
            JobId job = started.accepted().job();
            Return.Captured two = new Return.Captured(2, 2, Bytes.wrap(new byte[32]));
            byte[] done = HostileAgent.report(
                    new Report.Done(new Return(job, TargetState.SUCCEEDED, 0, 1, two, Return.Captured.NONE, 0, null)));
            byte[] otherEnd = HostileAgent.report(
                    new Report.Done(new Return(job, TargetState.FAILED, 9, 1, two, Return.Captured.NONE, 0, null)));
            agent.send(HostileAgent.report(new Report.Ready(job)), HostileAgent.report(new Report.Ready(job)));
            agent.send(HostileAgent.report(new Report.Started(job)), HostileAgent.report(new Report.Started(job)));
            agent.send(HostileAgent.output(job, 0, 2), HostileAgent.output(job, 0, 2), HostileAgent.output(job, 1, 1));
            agent.send(done, done, otherEnd, HostileAgent.report(new Report.Started(job)));
            // Who answers a ping after all that has been heard, and has kept its session.
            CompletableFuture<List<PingPage.Pong>> ping = house.client()
                    .minions()
                    .ping(new Target(minion), House.LIMIT)
                    .collectList()
                    .toFuture();
            agent.send(HostileAgent.report(new Report.Pong(nonce(agent))));
            assertThat(ping.orTimeout(60, TimeUnit.SECONDS).join())
                    .singleElement()
                    .matches(pong -> pong.micros() >= 0);

            assertThat(House.answer(
                            started.events().ofType(JobEvent.Ended.class).collectList()))
                    .singleElement()
                    .satisfies(end -> assertThat(end.result().state()).isEqualTo(TargetState.SUCCEEDED));
            assertThat(House.answer(started.output().collectList()))
                    .singleElement()
                    .satisfies(chunk -> assertThat(chunk.bytes().utf8()).isEqualTo("xx"));
            assertThat(bus.err()).doesNotContain("closing the session of " + minion);
        }
    }

    @Test
    @Tag("F55")
    void aJobMoreThanAChannelHolds_dropsTheOldest_andTheOthersRunLater() {
        house.startAgent("f55");
        house.awaitUp("f55");
        house.stopAgent("f55");
        List<StartedJob> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            jobs.add(oracle.start(oracle.run("f55", Duration.ZERO).expire(LONG_LIFE)));
        }

        assertThat(Oracle.end(jobs.get(0)).state()).isEqualTo(TargetState.DROPPED);
        assertThat(house.minion("f55").channel().dropped()).isEqualTo(1);
        house.startAgent("f55");
        for (StartedJob job : jobs.subList(1, 5)) {
            assertThat(Oracle.end(job).state()).isEqualTo(Oracle.ownEnd(job));
        }
    }

    /** That of the first ping that comes. */
    private static long nonce(HostileClient agent) throws IOException {
        while (true) {
            byte[] controls = HostileAgent.awaitPayload(agent, 1);
            for (Control control : WireCodec.cbor(WireCodec.Size.SMALL).decodeControls(controls)) {
                if (control instanceof Control.Ping asked) {
                    return asked.nonce();
                }
            }
        }
    }

    /** The agent has stopped itself: it goes on once nothing reaches it any more. */
    private static void holdWhatComesNext(String minion, Wire wire) {
        Program agent = house.agent(minion);
        agent.awaitFrozen();
        wire.hold(Direction.TO_AGENT);
        agent.thaw();
    }

    /** An agent behind a wire, connected. */
    private static Wire wired(String minion, Map<String, String> environment) {
        Wire wire = new Wire(house.agentPort());
        wires.add(wire);
        house.startAgent(minion, environment, "bus: 127.0.0.1:" + wire.port(), "ack_timeout: 3s");
        house.awaitUp(minion);
        return wire;
    }
}
