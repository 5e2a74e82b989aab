package io.qcmd.system;

import static io.qcmd.transport.RawFrames.FOLLOWS;
import static io.qcmd.transport.RawFrames.METADATA;
import static io.qcmd.transport.RawFrames.REQUEST_CHANNEL;
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
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.HostileClient;
import io.qcmd.transport.RawFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Attacks on the ports of a real bus: each is closed or refused with a code, memory stays flat, and an honest minion beside it does every job meanwhile. */
@Timeout(300)
class HostilePeersIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int WARM_UP = 5;
    private static final int TIMES = 20;
    /** Of heap and direct buffers without garbage, for all attacks of one kind together. Without a guard a single connection cost as much. */
    private static final long MOST_GROWTH = 64L << 20;

    /** Real agents; each does a job every 250 ms, or as fast as it can. */
    private static final List<String> HONEST = List.of("honest1", "honest2", "honest3");

    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.SMALL);
    private static final byte[] HELLO = CODEC.encodeReports(
            List.of(new Hello("epoch", 0, "boot", "instance", "test", Map.of(), Map.of(), List.of(), true)));

    /** Frames in one write. */
    private static final int BURST = 64;

    /** The name of that field in CBOR. */
    private static final String OFFSET = "666f6666736574";

    private static final int DEEP = 100_000;
    private static final byte[] KILOBYTES = new byte[4 * 1024];

    @TempDir
    static Path directory;

    private static House house;
    private static Program bus;
    private static Disposable work;
    private static final AtomicInteger floods = new AtomicInteger();
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
        assertThat(bus.err()).contains("guard: closed", "closing the session of evil");
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

    static Stream<Arguments> attacksOfAgents() {
        byte[] commands = request(3, REQUEST_STREAM, 1, "commands");
        return Stream.of(
                arguments("request(MAX), never read", request(3, REQUEST_STREAM, Integer.MAX_VALUE, "commands")),
                arguments("initialN 0", request(3, REQUEST_STREAM, 0, "commands")),
                arguments("requestN -1", all(commands, requestN(3, -1))),
                arguments("requestN 0", requestN(1, 0)),
                arguments("10,000 requestN", repeat(10_000, i -> requestN(1, 1))),
                arguments("commands twice", all(commands, request(5, REQUEST_STREAM, 1, "commands"))),
                arguments(
                        "unfinished fragments",
                        repeat(2_000, id -> frame(2 * id + 3, REQUEST_STREAM, FOLLOWS | METADATA, KILOBYTES))),
                arguments("KEEPALIVE flood", repeat(8_000, i -> keepAlive())),
                arguments("second SETUPs", repeat(1_000, i -> agentSetup("evil"))),
                arguments("payloads for unknown streams", repeat(1_000, i -> next(2 * i + 3, KILOBYTES))),
                arguments("RESUME", frame(0, RawFrames.RESUME, 0, new byte[30])),
                arguments("LEASE", frame(0, RawFrames.LEASE, 0, new byte[8])),
                arguments("METADATA_PUSH", frame(0, RawFrames.METADATA_PUSH, METADATA, KILOBYTES)),
                arguments("fire-and-forget", frame(3, RawFrames.REQUEST_FNF, 0, KILOBYTES)),
                arguments("stream id reuse", all(commands, cancel(3), commands)),
                arguments("an even stream id", request(2, REQUEST_STREAM, 1, "commands")),
                arguments("a negative stream id", next(-1, KILOBYTES)),
                arguments("Java serialization", next(1, new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5, 115, 114})),
                arguments("YAML tags", next(1, "!!javax.script.ScriptEngineManager []".getBytes(UTF_8))),
                arguments("a class of CBOR", next(1, classInCbor())),
                arguments("reports without credit", repeat(1_000, i -> next(1, deep((byte) 0xA0)))),
                arguments("unknown route", request(3, REQUEST_STREAM, 1, "reports/../jobs")),
                arguments("a client's route", request(3, REQUEST_STREAM, 1, "job.list")),
                arguments("deep CBOR", next(1, deep((byte) 0x81))),
                arguments("deep CBOR of unknown length", next(1, deep((byte) 0x9F))),
                arguments("deep JSON", next(1, deep((byte) '['))),
                arguments("128 KiB + 1", next(1, new byte[128 * 1024 - 5])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacksOfAgents")
    @Tag("A28")
    @Tag("A29")
    @Tag("A31")
    @Tag("A32")
    @Tag("A33")
    void closesAnAgent(String name, Object frames) throws IOException {
        repeatedly(() -> {
            try (HostileClient hostile = greeted(house, "evil")) {
                send(hostile, frames);
                assertThat(hostile.readUntilClosed(SOON)).noneMatch(HostilePeersIT::showsTheInside);
            }
        });
    }

    @Test
    void closesAnAgent_thatNeverSaysHello() throws IOException {
        try (HostileClient hostile = new HostileClient(house.agentPort()).send(agentSetup("evil"))) {
            assertThat(hostile.readUntilClosed(House.LIMIT))
                    .anyMatch(frame -> new String(frame, UTF_8).contains("HELLO"));
        }
    }

    /** An agent like any other until now: its HELLO is answered, also right behind a session of the same name, and it may send reports. */
    static HostileClient greeted(House house, String minion) throws IOException {
        HostileClient hostile = new HostileClient(house.agentPort()).send(agentSetup(minion));
        hostile.send(with(request(1, REQUEST_CHANNEL, 256, "reports"), HELLO));
        assertThat(heard(hostile)).contains(RawFrames.PAYLOAD);
        return hostile;
    }

    static Stream<Arguments> floodsOfOutput() {
        return Stream.of(
                flood("1 GB", 16_384, (job, i) -> output(job, (long) i * Limits.CHUNK, Limits.CHUNK)),
                flood("1,100,000 chunks", 1_100_000, (job, i) -> output(job, i, 1)),
                flood("800 chunks in a frame", 1_400, HostilePeersIT::frameOfChunks),
                flood("no credit for the answers", 1_000, (job, i) -> output(job, 0, Limits.FIRST_WINDOW)),
                flood("zero-length", 1, (job, i) -> altered(output(job, 23, 1), "4178", "40")),
                flood("an offset below 0", 1, (job, i) -> altered(output(job, 23, 1), OFFSET + "17", OFFSET + "20")),
                flood(
                        "an offset at the end of numbers",
                        1,
                        (job, i) -> altered(output(job, 23, 1), OFFSET + "17", OFFSET + "1b7fffffffffffffff")));
    }

    private static Arguments flood(String name, int frames, Flood flood) {
        return arguments(name, frames, flood);
    }

    /** An agent that was given a job, and sends as its output what nobody asked for. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("floodsOfOutput")
    @Tag("A38")
    void closesAnAgent_thatFloodsWithOutput(String name, int frames, Flood flood) throws IOException {
        repeatedly(1, 3, () -> {
            String minion = "flood-" + floods.incrementAndGet();
            try (HostileClient hostile = greeted(house, minion)) {
                JobId job = granted(house, hostile, minion).accepted().job();
                for (int sent = 0; sent < frames && !hostile.isCut(); sent += BURST) {
                    int from = sent;
                    hostile.send(repeat(Math.min(BURST, frames - from), i -> flood.frame(job, from + i)));
                }
                assertThat(hostile.readUntilClosed(SOON)).noneMatch(HostilePeersIT::showsTheInside);
            }
        });
    }

    /**
     * No offence: what a broken session may have brought already is sent again, and between head and tail there may be a jump of any size. It costs what is new in it,
     * once.
     */
    @Test
    @Tag("A38")
    void takesEachByteOnce_fromAnAgentThatRepeatsAndJumps() throws IOException {
        String minion = "flood-" + floods.incrementAndGet();
        try (HostileClient hostile = greeted(house, minion)) {
            StartedJob job = granted(house, hostile, minion);
            JobId id = job.accepted().job();
            long far = 1L << 40;
            int most = Limits.FIRST_WINDOW - 1;
            hostile.send(repeat(200, i -> output(id, 0, most))).send(output(id, far, 1));
            Return result = new Return(
                    id,
                    TargetState.SUCCEEDED,
                    0,
                    1,
                    new Return.Captured(far + 1, most + 1, Bytes.wrap(new byte[32])),
                    Return.Captured.NONE,
                    0,
                    null);
            hostile.send(report(new Report.Done(result)));

            assertThat(House.answer(job.results().single()).state()).isEqualTo(TargetState.SUCCEEDED);
            assertThat(House.answer(job.output().collectList()))
                    .extracting(chunk -> chunk.bytes().size())
                    .containsExactly(most, 1);
        }
    }

    /** Takes a command as an honest agent does, up to its GO. */
    static StartedJob granted(House house, HostileClient hostile, String minion) throws IOException {
        hostile.send(request(3, REQUEST_STREAM, 1, "commands"));
        StartedJob started = House.answer(house.run(minion).shell("true").start());
        JobId job = started.accepted().job();
        awaitPayload(hostile, 3);
        hostile.send(report(new Report.Ready(job)));
        assertThat(CODEC.decodeControls(awaitPayload(hostile, 1)))
                .anyMatch(
                        control -> control instanceof Control.Go go && go.job().equals(job));
        return started;
    }

    static byte[] output(JobId job, long offset, int size) {
        return report(new Output(job, Output.Stream.STDOUT, offset, Bytes.utf8("x".repeat(size))));
    }

    /** As many as the limit of tokens lets in. */
    private static byte[] frameOfChunks(JobId job, int frame) {
        Bytes one = Bytes.utf8("x");
        List<Report> chunks = IntStream.range(frame * 800, (frame + 1) * 800)
                .<Report>mapToObj(offset -> new Output(job, Output.Stream.STDOUT, offset, one))
                .toList();
        return next(1, CODEC.encodeReports(chunks));
    }

    /** What no codec of ours would write. */
    private static byte[] altered(byte[] frame, String hex, String by) {
        String right = HexFormat.of().formatHex(frame);
        assertThat(right).containsOnlyOnce(hex);
        return HexFormat.of().parseHex(right.replace(hex, by));
    }

    static byte[] awaitPayload(HostileClient hostile, int stream) throws IOException {
        while (true) {
            byte[] frame = hostile.read(SOON).orElseThrow();
            if (frame[3] == stream && (frame[4] & 0xFF) >> 2 == RawFrames.PAYLOAD) {
                return Arrays.copyOfRange(frame, 6, frame.length);
            }
        }
    }

    static byte[] report(Report report) {
        return next(1, CODEC.encodeReports(List.of(report)));
    }

    static Stream<Arguments> attacksOfClients() {
        return Stream.of(
                arguments("request(MAX)", request(1, REQUEST_STREAM, Integer.MAX_VALUE, "job.list")),
                arguments("initialN 0", request(1, REQUEST_STREAM, 0, "job.list")),
                arguments(
                        "unfinished fragments",
                        repeat(2_000, id -> frame(2 * id + 1, REQUEST_STREAM, FOLLOWS | METADATA, KILOBYTES))),
                arguments("KEEPALIVE flood", repeat(8_000, i -> keepAlive())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacksOfClients")
    @Tag("A32")
    @Tag("A33")
    void closesAClient(String name, Object frames) throws IOException {
        repeatedly(() -> {
            try (HostileClient hostile = new HostileClient(house.clientPort()).send(clientSetup())) {
                send(hostile, frames);
                hostile.readUntilClosed(SOON);
            }
        });
    }

    static Stream<Arguments> lengthsThatLie() {
        return Stream.of(
                arguments("length 0", new byte[3]),
                arguments("length 5", new byte[] {0, 0, 5, 0, 0, 0, 0, 4}),
                arguments("length 16 MiB - 1 and silence", new byte[] {-1, -1, -1}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lengthsThatLie")
    @Tag("A28")
    void closesAStranger(String name, byte[] bytes) throws IOException {
        repeatedly(() -> {
            for (int port : List.of(house.agentPort(), house.clientPort())) {
                try (HostileClient hostile = new HostileClient(port).sendBytes(bytes)) {
                    hostile.readUntilClosed(Duration.ofSeconds(5));
                }
            }
        });
    }

    @Test
    @Tag("A28")
    void closesAStranger_whoAnnouncesAFrameAndSaysNothing() throws IOException {
        try (HostileClient hostile = new HostileClient(house.agentPort()).sendBytes(new byte[] {0, 0, 100})) {
            hostile.readUntilClosed(Duration.ofSeconds(5));
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments("nothing wrong but the target", "job.submit", submit(), "NO_MINIONS_MATCHED"),
                arguments("unknown route", "job.explode", submit(), "UNKNOWN_ROUTE"),
                arguments("an agent's route", "commands", submit(), "UNKNOWN_ROUTE"),
                arguments("depth 100,000", "job.submit", "[".repeat(DEEP), "BAD_REQUEST"),
                arguments("depth 100,000 in a field", "job.submit", "{\"target\":".repeat(DEEP), "BAD_REQUEST"),
                arguments("a number of 100 KB", "job.submit", expire("9".repeat(DEEP)), "BAD_REQUEST"),
                arguments("NaN", "job.submit", expire("NaN"), "BAD_REQUEST"),
                arguments("a double key", "job.submit", expire("1,\"target\":\"nosuch*\""), "BAD_REQUEST"),
                arguments("a type", "job.submit", expire("1,\"@class\":\"java.lang.Runtime\""), "BAD_REQUEST"),
                arguments("two documents", "job.submit", submit() + submit(), "BAD_REQUEST"),
                arguments("half a character", "job.submit", submit().replace("nosuch", "\\ud800"), "BAD_REQUEST"),
                arguments(
                        "10 MB of number, cut at a frame", "job.submit", expire("9".repeat(3_000_000)), "BAD_REQUEST"),
                arguments("300,000 keys", "job.submit", expire("1," + keys()), "BAD_REQUEST"),
                arguments("10,000 names of one hash", "job.submit", expire("1," + namesOfOneHash()), "BAD_REQUEST"),
                arguments("a tag of YAML", "job.submit", "!!javax.script.ScriptEngineManager []", "BAD_REQUEST"),
                arguments("a BOM", "job.submit", "\uFEFF" + submit(), "BAD_REQUEST"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    @Tag("A29")
    @Tag("A31")
    void refusesAClientInJson(String name, String route, String json, String code) throws IOException {
        repeatedly(() ->
                assertThat(answer(RawFrames.JSON, route, json.getBytes(UTF_8))).contains(code));
    }

    @Test
    @Tag("A29")
    void refusesAClient_whoseBytesAreOfAnotherKind() throws IOException {
        repeatedly(() -> {
            assertThat(answer(RawFrames.JSON, "job.submit", submit().getBytes(UTF_16)))
                    .contains("BAD_REQUEST");
            assertThat(answer(RawFrames.CBOR, "job.submit", deep((byte) 0x81))).contains("BAD_REQUEST");
            assertThat(answer(RawFrames.CBOR, "job.submit", deep((byte) 0x9F))).contains("BAD_REQUEST");
        });
    }

    /** A right request, in JSON, that creates no job. */
    private static String submit() {
        Submit submit = new Submit("evil", Selection.of(new Target("nosuch*")), Command.shell("true"), 1L);
        return new String(WireCodec.json(WireCodec.Size.SMALL).encode(submit), UTF_8);
    }

    private static String expire(String text) {
        String right = submit();
        assertThat(right).contains("\"expireMillis\":1");
        return right.replace("\"expireMillis\":1", "\"expireMillis\":" + text);
    }

    private static String keys() {
        return IntStream.range(0, 300_000).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(","));
    }

    /** "Aa" and "BB" have one hash, and so have all words of them. */
    private static String namesOfOneHash() {
        return IntStream.range(0, 10_000)
                .mapToObj(i -> "\""
                        + IntStream.range(0, 14)
                                .mapToObj(b -> (i >> b & 1) == 0 ? "Aa" : "BB")
                                .collect(Collectors.joining())
                        + "\":0")
                .collect(Collectors.joining(","));
    }

    /** A HELLO that would like to be something else. */
    private static byte[] classInCbor() {
        byte[] text = "@class".getBytes(UTF_8);
        byte[] bytes = new byte[2 + 6 + 2 + text.length + 2];
        bytes[0] = (byte) 0x82;
        bytes[1] = 0x65;
        System.arraycopy("hello".getBytes(UTF_8), 0, bytes, 2, 5);
        bytes[7] = (byte) 0xA1;
        bytes[8] = 0x66;
        System.arraycopy(text, 0, bytes, 9, text.length);
        bytes[15] = 0x61;
        bytes[16] = 'x';
        return bytes;
    }

    @Test
    @Tag("A36")
    void closesAClient_thatAsksForMuchAndReadsNothing() throws IOException {
        StartedJob job = House.answer(house.run("honest1")
                .shell("head -c 1048576 /dev/zero | tr '\\0' x")
                .start());
        assertThat(House.answer(job.results().single()).state()).isEqualTo(TargetState.SUCCEEDED);
        ResultQuery everything =
                new ResultQuery(job.accepted().job(), 0, true, false, List.of(new MinionId("honest1")));
        byte[] query = WireCodec.cbor(WireCodec.Size.SMALL).encode(everything);

        long before = house.memory(bus);
        for (int i = 0; i < 3; i++) {
            int open = Processes.openFiles(bus.pid());
            try (HostileClient hostile = new HostileClient(house.clientPort()).send(clientSetup())) {
                hostile.send(repeat(60, id -> with(request(2 * id + 1, REQUEST_STREAM, 1_024, "job.results"), query)));
                assertThat(hostile.read(SOON)).isPresent();
                await().atMost(House.LIMIT).until(() -> Processes.openFiles(bus.pid()) <= open);
                hostile.readUntilClosed(SOON);
            }
        }
        assertThat(house.memory(bus) - before).isLessThan(MOST_GROWTH);
        // The job is not concerned: it can be read by others, and its data was never lost.
        assertThat(House.answer(job.output().count())).isPositive();
    }

    /** Once it is warm, the rest of the attacks cost the bus no memory. */
    private static void repeatedly(Attack attack) throws IOException {
        repeatedly(WARM_UP, TIMES, attack);
    }

    private static void repeatedly(int warmUp, int times, Attack attack) throws IOException {
        for (int i = 0; i < warmUp; i++) {
            attack.run();
        }
        long before = house.memory(bus);
        for (int i = 0; i < times; i++) {
            attack.run();
        }
        assertThat(house.memory(bus) - before).isLessThan(MOST_GROWTH);
    }

    /** The text of the one frame that answers a question. */
    private static String answer(String encoding, String route, byte[] data) throws IOException {
        WireCodec codec = encoding.equals(RawFrames.JSON)
                ? WireCodec.json(WireCodec.Size.SMALL)
                : WireCodec.cbor(WireCodec.Size.SMALL);
        byte[] setup = RawFrames.setup(
                0, 0x10000, 10_000, 30_000, RawFrames.COMPOSITE, encoding, codec.encode(Setup.client("test")));
        try (HostileClient hostile = new HostileClient(house.clientPort()).send(setup)) {
            byte[] answer = hostile.send(with(requestResponse(1, route), data))
                    .read(SOON)
                    .orElseThrow();
            return new String(answer, UTF_8);
        }
    }

    static void send(HostileClient hostile, Object frames) throws IOException {
        hostile.send(frames instanceof byte[][] many ? many : new byte[][] {(byte[]) frames});
    }

    /** The types of all frames up to the first payload, or to the end. */
    private static List<Integer> heard(HostileClient hostile) throws IOException {
        List<Integer> types = new ArrayList<>();
        while (!types.contains(RawFrames.PAYLOAD)) {
            Optional<byte[]> frame = hostile.read(SOON);
            if (frame.isEmpty()) {
                return types;
            }
            types.add((frame.get()[4] & 0xFF) >> 2);
        }
        return types;
    }

    /** No stack trace and no name of a class reaches a peer. */
    private static boolean showsTheInside(byte[] frame) {
        String text = new String(frame, UTF_8);
        return text.contains("Exception") || text.contains("io.qcmd") || text.contains("java.");
    }

    private static byte[] deep(byte opening) {
        byte[] bytes = new byte[DEEP];
        Arrays.fill(bytes, opening);
        return bytes;
    }

    private static byte[] with(byte[] frame, byte[] data) {
        byte[] both = Arrays.copyOf(frame, frame.length + data.length);
        System.arraycopy(data, 0, both, frame.length, data.length);
        return both;
    }

    private static byte[][] all(byte[] first, byte[]... more) {
        return Stream.concat(Stream.of(first), Arrays.stream(more)).toArray(byte[][]::new);
    }

    private static byte[][] repeat(int times, IntFunction<byte[]> frame) {
        return IntStream.range(0, times).mapToObj(frame).toArray(byte[][]::new);
    }

    interface Flood {
        byte[] frame(JobId job, int number);
    }

    private interface Attack {
        void run() throws IOException;
    }
}
