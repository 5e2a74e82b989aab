package io.qcmd.system;

import static io.qcmd.transport.RawFrames.agentSetup;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.transport.HostileClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Attacks on the ports of a real bus: each is closed or refused with a code, memory stays flat, and an honest minion beside it does every job meanwhile. */
@Timeout(300)
class HostilePeersIT {
    private static final int WARM_UP = 5;
    private static final int TIMES = 20;
    /** Of heap and direct buffers without garbage, for all attacks of one kind together. Without a guard a single connection cost as much. */
    private static final long MOST_GROWTH = 64L << 20;

    /** Real agents; each does a job every 250 ms, or as fast as it can. */
    private static final List<String> HONEST = List.of("honest1", "honest2", "honest3");

    @TempDir
    static Path directory;

    private static House house;
    private static Program bus;
    private static Disposable work;
    private static final Queue<TargetResult> honest = new ConcurrentLinkedQueue<>();
    private static final AtomicReference<Throwable> broken = new AtomicReference<>();

    @BeforeAll
    @Timeout(300)
    static void open() {
        house = House.watched(directory);
        bus = house.startBus(
                Map.of("JDK_JAVA_OPTIONS", "-Xmx512m"),
                "insecure_tcp_clients_are_admin: true",
                "first_frame_timeout: 1s",
                "hello_timeout: 5s",
                // A slow machine is no attack.
                "event_loop_lag_limit: 10s",
                "event_loop_lag_of_sessions: 1m");
        HONEST.forEach(house::startAgent);
        house.awaitUp(HONEST.toArray(String[]::new));
        work = Flux.interval(Duration.ofMillis(250), Schedulers.boundedElastic())
                .onBackpressureDrop()
                .concatMap(i -> house.run("honest*").shell("echo " + i).results())
                .subscribe(honest::add, broken::set);
    }

    @AfterAll
    @Timeout(120)
    static void close() {
        work.dispose();
        house.close();
    }

    @BeforeEach
    void countAnew() {
        honest.clear();
    }

    /** More than one round: one of them began while the attack was under way, or after it. */
    @AfterEach
    @Timeout(120)
    void theHonestMinionsDoTheirJobs() {
        await().atMost(House.LIMIT).until(() -> honest.size() > HONEST.size() || broken.get() != null);
        assertThat(broken).hasValue(null);
        assertThat(honest).extracting(TargetResult::state).containsOnly(TargetState.SUCCEEDED);
        assertThat(bus.isAlive()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.system.Attacks#ofAgents")
    @Tag("A28")
    @Tag("A29")
    @Tag("A31")
    @Tag("A32")
    @Tag("A33")
    void closesAnAgent(Attack attack) throws IOException {
        repeatedly(attack, WARM_UP, TIMES);
    }

    @Test
    void closesAnAgent_thatNeverSaysHello() throws IOException {
        try (HostileClient hostile = new HostileClient(house.agentPort()).send(agentSetup("evil"))) {
            assertThat(hostile.readUntilClosed(House.LIMIT))
                    .anyMatch(frame -> new String(frame, UTF_8).contains("HELLO"));
        }
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.system.Attacks#noise")
    @Tag("A30")
    void closesAnAgent_thatSaysAnything(Attack attack) throws IOException {
        repeatedly(attack, 0, 3);
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.system.Attacks#floods")
    @Tag("A38")
    void closesAnAgent_thatFloodsWithOutput(Attack attack) throws IOException {
        repeatedly(attack, 1, 3);
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.system.Attacks#ofClients")
    @Tag("A32")
    @Tag("A33")
    void closesAClient(Attack attack) throws IOException {
        repeatedly(attack, WARM_UP, TIMES);
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.system.Attacks#ofStrangers")
    @Tag("A28")
    void closesAStranger(Attack attack) throws IOException {
        repeatedly(attack, WARM_UP, TIMES);
    }

    @Test
    @Tag("A28")
    void closesAStranger_whoAnnouncesAFrameAndSaysNothing() throws IOException {
        repeatedly(Attacks.silence(), 0, 1);
    }

    @ParameterizedTest
    @MethodSource({"io.qcmd.system.Attacks#bombs", "io.qcmd.system.Attacks#otherKinds"})
    @Tag("A29")
    @Tag("A31")
    void refusesABomb(Attack attack) throws IOException {
        repeatedly(attack, WARM_UP, TIMES);
    }

    @ParameterizedTest
    @MethodSource("io.qcmd.system.Attacks#targets")
    @Tag("A39")
    void answersATarget_thatIsMadeToHurt(Attack attack) throws IOException {
        repeatedly(attack, WARM_UP, TIMES);
    }

    @Test
    @Tag("A36")
    void closesAClient_thatAsksForMuchAndReadsNothing() throws IOException {
        StartedJob job = House.answer(house.run("honest1")
                .shell("head -c 1048576 /dev/zero | tr '\\0' x")
                .start());
        assertThat(House.answer(job.results().single()).state()).isEqualTo(TargetState.SUCCEEDED);

        repeatedly(Attacks.neverReads(job.accepted().job(), "honest1"), 0, 3);

        // The job is not concerned: it can be read by others, and its data was never lost.
        assertThat(House.answer(job.output().count())).isPositive();
    }

    /**
     * No offence: what a broken session may have brought already is sent again, and between head and tail there may be a jump of any size. It costs what is new in it,
     * once.
     */
    @Test
    @Tag("A38")
    void takesEachByteOnce_fromAnAgentThatRepeatsAndJumps() throws IOException {
        String minion = "repeats";
        try (HostileClient hostile = HostileAgent.greeted(house, minion)) {
            StartedJob job = HostileAgent.granted(house, hostile, minion);
            JobId id = job.accepted().job();
            long far = 1L << 40;
            int most = Limits.FIRST_WINDOW - 1;
            for (int i = 0; i < 200; i++) {
                hostile.send(HostileAgent.output(id, 0, most));
            }
            hostile.send(HostileAgent.output(id, far, 1));
            Return result = new Return(
                    id,
                    TargetState.SUCCEEDED,
                    0,
                    1,
                    new Return.Captured(far + 1, most + 1, Bytes.wrap(new byte[32])),
                    Return.Captured.NONE,
                    0,
                    null);
            hostile.send(HostileAgent.report(new Report.Done(result)));

            assertThat(House.answer(job.results().single()).state()).isEqualTo(TargetState.SUCCEEDED);
            assertThat(House.answer(job.output().collectList()))
                    .extracting(chunk -> chunk.bytes().size())
                    .containsExactly(most, 1);
        }
    }

    /** Once it is warm, the rest of the attacks cost the bus no memory, and each of them is counted. */
    private static void repeatedly(Attack attack, int warmUp, int times) throws IOException {
        Mark mark = attack.mark();
        long counted = mark == null ? 0 : Mark.count(house, bus, mark.isOfGuard());
        long lines = mark == null ? 0 : mark.lines(bus);
        for (int i = 0; i < warmUp; i++) {
            attack.on(house);
        }
        long before = house.memory(bus);
        for (int i = 0; i < times; i++) {
            attack.on(house);
        }
        assertThat(house.memory(bus) - before).isLessThan(MOST_GROWTH);
        if (mark != null) {
            await().atMost(House.LIMIT)
                    .untilAsserted(() -> assertThat(Mark.count(house, bus, mark.isOfGuard()))
                            .isGreaterThanOrEqualTo(counted + warmUp + times));
            awaitLine(attack, mark, lines);
        }
    }

    /** One line a second is written, whatever it is about: at last one of these. */
    private static void awaitLine(Attack attack, Mark mark, long before) {
        await().atMost(House.LIMIT).until(() -> {
            if (mark.lines(bus) == before) {
                attack.on(house);
            }
            return mark.lines(bus) > before;
        });
    }
}
