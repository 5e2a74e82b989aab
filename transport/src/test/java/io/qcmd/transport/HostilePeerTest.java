package io.qcmd.transport;

import static io.qcmd.transport.RawFrames.FOLLOWS;
import static io.qcmd.transport.RawFrames.METADATA;
import static io.qcmd.transport.RawFrames.REQUEST_CHANNEL;
import static io.qcmd.transport.RawFrames.REQUEST_FNF;
import static io.qcmd.transport.RawFrames.REQUEST_STREAM;
import static io.qcmd.transport.RawFrames.agentSetup;
import static io.qcmd.transport.RawFrames.cancel;
import static io.qcmd.transport.RawFrames.clientSetup;
import static io.qcmd.transport.RawFrames.frame;
import static io.qcmd.transport.RawFrames.keepAlive;
import static io.qcmd.transport.RawFrames.next;
import static io.qcmd.transport.RawFrames.request;
import static io.qcmd.transport.RawFrames.requestN;
import static io.qcmd.transport.RawFrames.requestResponse;
import static io.qcmd.transport.RawFrames.setup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.PooledByteBufAllocator;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Attacks over a real socket: each is closed for its own reason, an honest client beside it is not disturbed, and nothing leaks. */
class HostilePeerTest {
    static {
        QuietLogs.set();
    }

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final byte[] NOTHING = {};
    private static final byte[] KILOBYTES = new byte[4 * 1024];

    private final Violations violations = new Violations(Schedulers.parallel());
    private final Listener agents = open(GuardRules.agentAtBus());
    private final Listener clients = open(GuardRules.clientAtBus());
    private final RSocket honest = connect();

    @BeforeEach
    void honestClientIsServed() {
        assertThat(ask()).isEqualTo(NOTHING);
    }

    @AfterEach
    void honestClientIsStillServed() {
        assertThat(ask()).isEqualTo(NOTHING);
        honest.dispose();
        Flux.just(agents, clients).concatMap(Listener::close).blockLast(SOON);
    }

    static Stream<Arguments> attacksOfStrangers() {
        byte[] data = RawFrames.cbor(Setup.client("test"));
        return Stream.of(
                arguments("length 0", new byte[3], Violation.FRAME_LENGTH),
                arguments("length 5", new byte[] {0, 0, 5, 0, 0, 0, 0, 4}, Violation.FRAME_LENGTH),
                arguments("length 8 KiB + 1 and silence", new byte[] {0, 0x20, 1}, Violation.FRAME_LENGTH),
                arguments("length 16 MiB - 1 and silence", new byte[] {-1, -1, -1}, Violation.FRAME_LENGTH),
                arguments("garbage", garbage(), Violation.FRAME_LENGTH),
                arguments("HTTP", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), Violation.FRAME_LENGTH),
                arguments("RESUME", framed(frame(0, RawFrames.RESUME, 0, new byte[30])), Violation.SETUP_FEATURE),
                arguments(
                        "RESUME flag",
                        framed(setup(FOLLOWS, 0x10000, 10_000, 30_000, RawFrames.COMPOSITE, RawFrames.CBOR, data)),
                        Violation.SETUP_FEATURE),
                arguments(
                        "LEASE flag",
                        framed(setup(0x40, 0x10000, 10_000, 30_000, RawFrames.COMPOSITE, RawFrames.CBOR, data)),
                        Violation.SETUP_FEATURE),
                arguments(
                        "keep-alive 0",
                        framed(setup(0, 0x10000, 0, 30_000, RawFrames.COMPOSITE, RawFrames.CBOR, data)),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "keep-alive 1 ms",
                        framed(setup(0, 0x10000, 1, 2, RawFrames.COMPOSITE, RawFrames.CBOR, data)),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "lifetime MAX",
                        framed(setup(0, 0x10000, 10_000, Integer.MAX_VALUE, RawFrames.COMPOSITE, RawFrames.CBOR, data)),
                        Violation.SETUP_KEEP_ALIVE),
                arguments("a request first", framed(requestResponse(1, "bus.status")), Violation.SETUP_MISSING));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacksOfStrangers")
    @Tag("A28")
    @Tag("A33")
    void closesAStranger(String name, byte[] bytes, Violation reason) throws IOException {
        try (HostileClient hostile = new HostileClient(clients.port()).sendBytes(bytes)) {
            isClosedFor(hostile, reason);
        }
    }

    static Stream<Arguments> attacksOfAgents() {
        byte[] commands = request(1, REQUEST_STREAM, 1, "commands");
        byte[] reports = request(3, REQUEST_CHANNEL, 256, "reports");
        return Stream.of(
                arguments(
                        "request(MAX), never read",
                        request(1, REQUEST_STREAM, Integer.MAX_VALUE, "commands"),
                        Violation.DEMAND),
                arguments("initialN -5", request(1, REQUEST_STREAM, -5, "commands"), Violation.DEMAND),
                arguments("initialN 0", request(1, REQUEST_STREAM, 0, "commands"), Violation.DEMAND),
                arguments("requestN -1", all(commands, requestN(1, -1)), Violation.DEMAND),
                arguments("requestN 0", all(reports, requestN(3, 0)), Violation.DEMAND),
                arguments(
                        "5,000 first fragments",
                        repeat(5_000, id -> frame(2 * id + 1, REQUEST_STREAM, FOLLOWS | METADATA, KILOBYTES)),
                        Violation.FRAGMENT),
                arguments(
                        "KEEPALIVE of 8 KiB",
                        frame(0, RawFrames.KEEPALIVE, RawFrames.RESPOND, new byte[8 * 1024]),
                        Violation.FRAME_LENGTH),
                arguments("8,000 KEEPALIVE", repeat(8_000, i -> keepAlive()), Violation.KEEP_ALIVE_RATE),
                arguments("10,000 second SETUPs", repeat(10_000, i -> agentSetup("web1")), Violation.SETUP_AGAIN),
                arguments(
                        "1,000 METADATA_PUSH",
                        repeat(1_000, i -> frame(0, RawFrames.METADATA_PUSH, METADATA, KILOBYTES)),
                        Violation.FRAME_TYPE),
                arguments("fire-and-forget", frame(1, REQUEST_FNF, 0, NOTHING), Violation.FRAME_TYPE),
                arguments(
                        "REQUEST_N before reassembly",
                        all(frame(1, REQUEST_CHANNEL, FOLLOWS, KILOBYTES), requestN(1, 1)),
                        Violation.FRAGMENT),
                arguments("even id", request(2, REQUEST_STREAM, 1, "commands"), Violation.STREAM_ID),
                arguments(
                        "decreasing ids",
                        all(request(1_001, REQUEST_STREAM, 1, "commands"), request(1, REQUEST_CHANNEL, 1, "reports")),
                        Violation.STREAM_ID),
                arguments("id reuse", all(commands, cancel(1), commands), Violation.STREAM_ID),
                arguments(
                        "payloads for unknown streams",
                        repeat(1_000, i -> next(2 * i + 1, KILOBYTES)),
                        Violation.STREAM_UNKNOWN),
                arguments(
                        "too many streams",
                        all(commands, reports, request(5, REQUEST_STREAM, 1, "commands")),
                        Violation.STREAM_COUNT),
                arguments(
                        "reports without credit", all(reports, repeat(1_000, i -> next(3, NOTHING))), Violation.CREDIT),
                arguments("128 KiB + 1", next(3, new byte[128 * 1024 - 5]), Violation.FRAME_LENGTH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacksOfAgents")
    @Tag("A32")
    @Tag("A33")
    void closesAnAgent(String name, Object frames, Violation reason) throws IOException {
        try (HostileClient hostile = new HostileClient(agents.port()).send(agentSetup("evil"))) {
            hostile.send(frames instanceof byte[][] many ? many : new byte[][] {(byte[]) frames});
            isClosedFor(hostile, reason);
        }
    }

    @Test
    @Tag("A28")
    void closesAStranger_whenSetupComesByteByByte() throws IOException {
        try (HostileClient hostile = new HostileClient(agents.port())) {
            byte[] setup = framed(agentSetup("slow"));
            // 200 ms between two bytes: the 5 s are over before the frame is.
            int sent = Flux.interval(Duration.ofMillis(200))
                    .take(setup.length)
                    .takeUntil(i -> violations.total() > 0)
                    .concatMap(i -> Mono.fromCallable(() -> hostile.sendBytes(new byte[] {setup[i.intValue()]})))
                    .count()
                    .map(Long::intValue)
                    .blockOptional(SOON)
                    .orElseThrow();

            assertThat(sent).isLessThan(setup.length);
            isClosedFor(hostile, Violation.SETUP_LATE);
        }
    }

    @Test
    @Tag("A32")
    @Tag("A36")
    void closesAClient_thatNeverReads_atNoMemory() throws IOException {
        long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        try (HostileClient hostile = new HostileClient(clients.port()).send(clientSetup())) {
            hostile.send(repeat(60, i -> request(2 * i + 1, REQUEST_STREAM, 1_024, "job.results")));

            Awaitility.await().atMost(SOON).until(() -> violations.total() > 0);
            assertThat(violations.total(Violation.OUTBOUND_FULL)).isEqualTo(1);
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(clients.sessions()).isEqualTo(1));
        }
        // 60 x 1,024 answers of 4 KiB would be 240 MiB.
        assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before)
                .isLessThan(32L * 1024 * 1024);
    }

    @Test
    @Tag("A33")
    void answersBusy_whenAClientOpensThousandsOfStreams() throws IOException {
        try (HostileClient hostile = new HostileClient(clients.port()).send(clientSetup())) {
            hostile.send(repeat(1_000, i -> request(2 * i + 1, REQUEST_STREAM, 1, "job.endless")));

            int busy = 0;
            while (busy < 1_000 - 64) {
                byte[] answer = hostile.read(SOON).orElseThrow();
                busy += answer[4] == RawFrames.ERROR << 2 ? 1 : 0;
            }
            assertThat(violations.total()).isZero();
        }
    }

    private void isClosedFor(HostileClient hostile, Violation reason) throws IOException {
        assertThat(hostile.readUntilClosed(SOON)).hasSizeLessThan(10);
        assertThat(Arrays.stream(Violation.values()).filter(each -> violations.total(each) > 0))
                .containsExactly(reason);
        assertThat(violations.total()).isEqualTo(1);
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(
                        () -> assertThat(agents.sessions() + clients.sessions()).isEqualTo(1));
    }

    private byte[] ask() {
        return honest.requestResponse(Payloads.of(Route.BUS_STATUS, NOTHING))
                .map(Payloads::bytes)
                .blockOptional(SOON)
                .orElseThrow();
    }

    private Listener open(GuardRules rules) {
        return new RSocketDoor(rules, 100, violations, Schedulers.parallel())
                .open(ANY_PORT, (setup, encoding, peer) -> Mono.just(new Handlers()))
                .blockOptional(SOON)
                .orElseThrow();
    }

    private RSocket connect() {
        return new RSocketLink(
                        Sockets.client("127.0.0.1", clients.port()),
                        GuardRules.busAtClient(),
                        Setup.client("test"),
                        Encoding.CBOR,
                        KeepAlive.DEFAULT,
                        violations,
                        Schedulers.parallel())
                .connect()
                .blockOptional(SOON)
                .orElseThrow();
    }

    private static byte[] garbage() {
        byte[] bytes = new byte[100_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] framed(byte[] frame) {
        byte[] framed = new byte[3 + frame.length];
        framed[1] = (byte) (frame.length >> 8);
        framed[2] = (byte) frame.length;
        System.arraycopy(frame, 0, framed, 3, frame.length);
        return framed;
    }

    private static byte[][] all(byte[] first, byte[]... more) {
        return Stream.concat(Stream.of(first), Arrays.stream(more)).toArray(byte[][]::new);
    }

    private static byte[][] repeat(int times, IntFunction<byte[]> frame) {
        return IntStream.range(0, times).mapToObj(frame).toArray(byte[][]::new);
    }

    /** Answers at once, streams 4 KiB for each that is asked for, and asks for no reports. */
    private static final class Handlers implements RSocket {
        @Override
        public Mono<Payload> requestResponse(Payload payload) {
            return Mono.just(Payloads.of(Payloads.bytes(payload)));
        }

        @Override
        public Flux<Payload> requestStream(Payload payload) {
            boolean endless =
                    Payloads.route(payload).filter("job.endless"::equals).isPresent();
            payload.release();
            return endless ? Flux.never() : Flux.range(0, 1_000_000).map(i -> Payloads.of(KILOBYTES));
        }

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> payloads) {
            return Flux.never();
        }
    }
}
