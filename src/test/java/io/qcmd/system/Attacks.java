package io.qcmd.system;

import static io.qcmd.transport.RawFrames.FOLLOWS;
import static io.qcmd.transport.RawFrames.METADATA;
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
import static io.qcmd.transport.RawFrames.with;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.ResultQuery;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.Submit;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.WireCodec;
import io.qcmd.transport.HostileClient;
import io.qcmd.transport.RawFrames;
import io.qcmd.transport.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What hostile peers do to the ports of a bus. All that it sends them back is looked through for what is none of their business. */
final class Attacks {
    private static final Duration SOON = Duration.ofSeconds(30);
    /** Nobody may be silent for longer at first. */
    private static final Duration FIRST_FRAME = Duration.ofSeconds(5);

    /** Frames in one write. */
    private static final int BURST = 64;

    /** The name of that field in CBOR. */
    private static final String OFFSET = "666f6666736574";

    private static final int DEEP = 100_000;
    private static final byte[] KILOBYTES = new byte[4 * 1024];
    private static final AtomicInteger floods = new AtomicInteger();

    private Attacks() {}

    /** An agent, once its HELLO is answered. */
    static List<Attack> ofAgents() {
        byte[] commands = request(3, REQUEST_STREAM, 1, "commands");
        return List.of(
                agent(
                        "request(MAX), never read",
                        guard(Violation.DEMAND),
                        request(3, REQUEST_STREAM, Integer.MAX_VALUE, "commands")),
                agent("initialN 0", guard(Violation.DEMAND), request(3, REQUEST_STREAM, 0, "commands")),
                agent("requestN -1", guard(Violation.DEMAND), all(commands, requestN(3, -1))),
                agent("requestN 0", guard(Violation.DEMAND), requestN(1, 0)),
                agent("10,000 requestN", guard(Violation.DEMAND), repeat(10_000, i -> requestN(1, 1))),
                agent(
                        "commands twice",
                        guard(Violation.STREAM_COUNT),
                        all(commands, request(5, REQUEST_STREAM, 1, "commands"))),
                agent(
                        "unfinished fragments",
                        guard(Violation.FRAGMENT),
                        repeat(2_000, id -> frame(2 * id + 3, REQUEST_STREAM, FOLLOWS | METADATA, KILOBYTES))),
                agent("KEEPALIVE flood", guard(Violation.KEEP_ALIVE_RATE), repeat(8_000, i -> keepAlive())),
                agent("second SETUPs", guard(Violation.SETUP_AGAIN), repeat(1_000, i -> agentSetup("evil"))),
                agent(
                        "payloads for unknown streams",
                        guard(Violation.STREAM_UNKNOWN),
                        repeat(1_000, i -> next(2 * i + 3, KILOBYTES))),
                agent("RESUME", guard(Violation.FRAME_TYPE), frame(0, RawFrames.RESUME, 0, new byte[30])),
                agent("LEASE", guard(Violation.FRAME_TYPE), frame(0, RawFrames.LEASE, 0, new byte[8])),
                agent(
                        "METADATA_PUSH",
                        guard(Violation.FRAME_TYPE),
                        frame(0, RawFrames.METADATA_PUSH, METADATA, KILOBYTES)),
                agent("fire-and-forget", guard(Violation.FRAME_TYPE), frame(3, RawFrames.REQUEST_FNF, 0, KILOBYTES)),
                agent("stream id reuse", guard(Violation.STREAM_ID), all(commands, cancel(3), commands)),
                agent("an even stream id", guard(Violation.STREAM_ID), request(2, REQUEST_STREAM, 1, "commands")),
                agent("a negative stream id", guard(Violation.STREAM_ID), next(-1, KILOBYTES)),
                agent("Java serialization", Mark.SESSION, next(1, new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5, 115, 114
                })),
                agent("YAML tags", Mark.SESSION, next(1, "!!javax.script.ScriptEngineManager []".getBytes(UTF_8))),
                agent("a class of CBOR", Mark.SESSION, next(1, classInCbor())),
                agent("1,000 frames that are no reports", Mark.SESSION, repeat(1_000, i -> next(1, deep((byte) 0xA0)))),
                agent("unknown route", Mark.SESSION, request(3, REQUEST_STREAM, 1, "reports/../jobs")),
                agent("a client's route", Mark.SESSION, request(3, REQUEST_STREAM, 1, "job.list")),
                agent("deep CBOR", Mark.SESSION, next(1, deep((byte) 0x81))),
                agent("deep CBOR of unknown length", Mark.SESSION, next(1, deep((byte) 0x9F))),
                agent("deep JSON", Mark.SESSION, next(1, deep((byte) '['))),
                agent("128 KiB + 1", guard(Violation.FRAME_LENGTH), next(1, new byte[128 * 1024 - 5])));
    }

    /** An agent that says anything; the first frame that has no place closes it, for whatever reason. */
    static List<Attack> noise() {
        return IntStream.rangeClosed(1, 10)
                .mapToObj(seed -> agent("noise of seed " + seed, null, noise(new Random(seed))))
                .toList();
    }

    private static byte[][] noise(Random random) {
        return repeat(BURST, i -> {
            byte[] frame = new byte[6 + random.nextInt(100)];
            random.nextBytes(frame);
            return frame;
        });
    }

    /** An agent that was given a job, and sends as its output what nobody asked for. */
    static List<Attack> floods() {
        return List.of(
                flood(
                        "1 GB",
                        Mark.SESSION,
                        16_384,
                        (job, i) -> HostileAgent.output(job, (long) i * Limits.CHUNK, Limits.CHUNK)),
                flood("1,100,000 chunks", Mark.SESSION, 1_100_000, (job, i) -> HostileAgent.output(job, i, 1)),
                flood("800 chunks in a frame", Mark.SESSION, 1_400, Attacks::frameOfChunks),
                flood(
                        "no credit for the answers",
                        Mark.SESSION,
                        1_000,
                        (job, i) -> HostileAgent.output(job, 0, Limits.FIRST_WINDOW)),
                flood(
                        "zero-length",
                        Mark.SESSION,
                        1,
                        (job, i) -> altered(HostileAgent.output(job, 23, 1), "4178", "40")),
                flood(
                        "an offset below 0",
                        Mark.SESSION,
                        1,
                        (job, i) -> altered(HostileAgent.output(job, 23, 1), OFFSET + "17", OFFSET + "20")),
                flood(
                        "an offset at the end of numbers",
                        Mark.SESSION,
                        1,
                        (job, i) -> altered(
                                HostileAgent.output(job, 23, 1), OFFSET + "17", OFFSET + "1b7fffffffffffffff")));
    }

    /** A client, once it said who it is. */
    static List<Attack> ofClients() {
        return List.of(
                client(
                        "request(MAX)",
                        guard(Violation.DEMAND),
                        request(1, REQUEST_STREAM, Integer.MAX_VALUE, "job.list")),
                client("initialN 0", guard(Violation.DEMAND), request(1, REQUEST_STREAM, 0, "job.list")),
                client(
                        "unfinished fragments",
                        guard(Violation.FRAGMENT),
                        repeat(2_000, id -> frame(2 * id + 1, REQUEST_STREAM, FOLLOWS | METADATA, KILOBYTES))),
                client("KEEPALIVE flood", guard(Violation.KEEP_ALIVE_RATE), repeat(8_000, i -> keepAlive())));
    }

    /** Somebody who has not said a word yet, on both ports. */
    static List<Attack> ofStrangers() {
        return List.of(
                stranger("length 0", House::agentPort, guard(Violation.FRAME_LENGTH), 0, 0, 0),
                stranger("length 5", House::agentPort, guard(Violation.FRAME_LENGTH), 0, 0, 5, 0, 0, 0, 0, 4),
                stranger("length 16 MiB - 1 and silence", House::agentPort, guard(Violation.FRAME_LENGTH), -1, -1, -1),
                stranger("length 0 from a client", House::clientPort, guard(Violation.FRAME_LENGTH), 0, 0, 0),
                stranger(
                        "length 5 from a client",
                        House::clientPort,
                        guard(Violation.FRAME_LENGTH),
                        0,
                        0,
                        5,
                        0,
                        0,
                        0,
                        0,
                        4),
                stranger(
                        "length 16 MiB - 1 and silence from a client",
                        House::clientPort,
                        guard(Violation.FRAME_LENGTH),
                        -1,
                        -1,
                        -1));
    }

    /** Takes as long as a first frame may. */
    static Attack silence() {
        return stranger("a frame announced, and silence", House::agentPort, guard(Violation.SETUP_LATE), 0, 0, 100);
    }

    /** A client whose request is made to hurt, in JSON; the code of the answer says why it is refused. */
    static List<Attack> bombs() {
        return List.of(
                bomb("nothing wrong but the target", "job.submit", submit(), "NO_MINIONS_MATCHED"),
                bomb("unknown route", "job.explode", submit(), "UNKNOWN_ROUTE"),
                bomb("an agent's route", "commands", submit(), "UNKNOWN_ROUTE"),
                bomb("depth 100,000", "job.submit", "[".repeat(DEEP), "BAD_REQUEST"),
                bomb("depth 100,000 in a field", "job.submit", "{\"target\":".repeat(DEEP), "BAD_REQUEST"),
                bomb("a number of 100 KB", "job.submit", expire("9".repeat(DEEP)), "BAD_REQUEST"),
                bomb("NaN", "job.submit", expire("NaN"), "BAD_REQUEST"),
                bomb("a double key", "job.submit", expire("1,\"target\":\"nosuch*\""), "BAD_REQUEST"),
                bomb("a type", "job.submit", expire("1,\"@class\":\"java.lang.Runtime\""), "BAD_REQUEST"),
                bomb("two documents", "job.submit", submit() + submit(), "BAD_REQUEST"),
                bomb("half a character", "job.submit", submit().replace("nosuch", "\\ud800"), "BAD_REQUEST"),
                bomb("10 MB of number, cut at a frame", "job.submit", expire("9".repeat(3_000_000)), "BAD_REQUEST"),
                bomb("300,000 keys", "job.submit", expire("1," + keys()), "BAD_REQUEST"),
                bomb("10,000 names of one hash", "job.submit", expire("1," + namesOfOneHash()), "BAD_REQUEST"),
                bomb("a tag of YAML", "job.submit", "!!javax.script.ScriptEngineManager []", "BAD_REQUEST"),
                bomb("a BOM", "job.submit", "\uFEFF" + submit(), "BAD_REQUEST"));
    }

    /** A request whose bytes are of another kind than its SETUP said. */
    static List<Attack> otherKinds() {
        return List.of(
                bomb("UTF-16", RawFrames.JSON, "job.submit", submit().getBytes(UTF_16), "BAD_REQUEST"),
                bomb("deep CBOR", RawFrames.CBOR, "job.submit", deep((byte) 0x81), "BAD_REQUEST"),
                bomb("deep CBOR of unknown length", RawFrames.CBOR, "job.submit", deep((byte) 0x9F), "BAD_REQUEST"));
    }

    /** A target that takes long to look for, if it is looked for as it says. */
    static List<Attack> targets() {
        return List.of(
                target("a regex that goes back and forth", "~(a+)+$b"),
                target("repeats of repeats", "~((a{100}){100}){100}"),
                target("a reference back", "~(a)\\1"),
                target("a glob of 10 KB", "a*".repeat(5_000) + "b"),
                target("100,000 names", names(100_000)),
                target("parentheses", "(".repeat(10_000) + "a" + ")".repeat(10_000)),
                target("many terms", "nosuch*" + " or nosuch*".repeat(900)));
    }

    /** A client that asks for much of what this minion wrote, and reads nothing but the first of it. */
    static Attack neverReads(JobId job, String minion) {
        byte[] query = HostileAgent.CODEC.encode(new ResultQuery(job, 0, true, false, List.of(new MinionId(minion))));
        byte[][] questions = repeat(60, id -> with(request(2 * id + 1, REQUEST_STREAM, 1_024, "job.results"), query));
        return new Attack("never reads", guard(Violation.OUTBOUND_FULL), house -> {
            try (HostileClient hostile = new HostileClient(house.clientPort()).send(clientSetup())) {
                hostile.send(questions);
                assertThat(hostile.read(SOON)).isPresent();
                await().atMost(SOON).until(() -> !Processes.isConnected(house.clientPort(), hostile.port()));
                hostile.readUntilClosed(SOON);
            }
        });
    }

    private static Mark guard(Violation reason) {
        return new Mark(reason);
    }

    private static Attack stranger(String name, ToIntFunction<House> port, Mark mark, int... bytes) {
        byte[] said = new byte[bytes.length];
        IntStream.range(0, bytes.length).forEach(i -> said[i] = (byte) bytes[i]);
        return new Attack(name, mark, house -> {
            try (HostileClient hostile = new HostileClient(port.applyAsInt(house)).sendBytes(said)) {
                hostile.readUntilClosed(FIRST_FRAME);
            }
        });
    }

    private static Attack agent(String name, @Nullable Mark mark, byte[]... frames) {
        return new Attack(name, mark, house -> {
            try (HostileClient hostile = HostileAgent.greeted(house, "evil")) {
                assertEnds(hostile.send(frames));
            }
        });
    }

    private static Attack client(String name, Mark mark, byte[]... frames) {
        return new Attack(name, mark, house -> {
            try (HostileClient hostile = new HostileClient(house.clientPort()).send(clientSetup())) {
                assertEnds(hostile.send(frames));
            }
        });
    }

    private static Attack flood(String name, Mark mark, int frames, Flood flood) {
        return new Attack(name, mark, house -> {
            // What an earlier one was given, and never reported, would come to it first.
            String minion = "flood-" + floods.incrementAndGet();
            try (HostileClient hostile = HostileAgent.greeted(house, minion)) {
                JobId job =
                        HostileAgent.granted(house, hostile, minion).accepted().job();
                for (int sent = 0; sent < frames && !hostile.isCut(); sent += BURST) {
                    int from = sent;
                    hostile.send(repeat(Math.min(BURST, frames - from), i -> flood.frame(job, from + i)));
                }
                assertEnds(hostile);
            }
        });
    }

    private static Attack target(String name, String target) {
        byte[] submit = submit(target).getBytes(UTF_8);
        return new Attack(
                name,
                null,
                house -> assertThat(answer(house, RawFrames.JSON, "job.submit", submit))
                        .containsAnyOf("NO_MINIONS_MATCHED", "TARGET_INVALID", "LIMIT_EXCEEDED"));
    }

    private static Attack bomb(String name, String route, String json, String code) {
        return bomb(name, RawFrames.JSON, route, json.getBytes(UTF_8), code);
    }

    private static Attack bomb(String name, String encoding, String route, byte[] data, String code) {
        return new Attack(
                name,
                null,
                house -> assertThat(answer(house, encoding, route, data)).contains(code));
    }

    private static void assertEnds(HostileClient hostile) throws IOException {
        assertThat(hostile.readUntilClosed(SOON)).noneMatch(Attacks::showsTheInside);
    }

    /** As many as the limit of tokens lets in. */
    private static byte[] frameOfChunks(JobId job, int frame) {
        Bytes one = Bytes.utf8("x");
        List<Report> chunks = IntStream.range(frame * 800, (frame + 1) * 800)
                .<Report>mapToObj(offset -> new Output(job, Output.Stream.STDOUT, offset, one))
                .toList();
        return next(1, HostileAgent.CODEC.encodeReports(chunks));
    }

    /** What no codec of ours would write. */
    private static byte[] altered(byte[] frame, String hex, String by) {
        String right = HexFormat.of().formatHex(frame);
        assertThat(right).containsOnlyOnce(hex);
        return HexFormat.of().parseHex(right.replace(hex, by));
    }

    /** A right request, in JSON, that creates no job. */
    private static String submit() {
        return submit("nosuch*");
    }

    private static String submit(String target) {
        Submit submit = new Submit("evil", Selection.of(new Target(target)), Command.shell("true"), 1L);
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

    /** The text of the one frame that answers a question. */
    private static String answer(House house, String encoding, String route, byte[] data) throws IOException {
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

    /** No stack trace and no name of a class reaches a peer. */
    private static boolean showsTheInside(byte[] frame) {
        String text = new String(frame, UTF_8);
        return text.contains("Exception") || text.contains("io.qcmd") || text.contains("java.");
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "a" + i).collect(Collectors.joining(","));
    }

    private static byte[] deep(byte opening) {
        byte[] bytes = new byte[DEEP];
        Arrays.fill(bytes, opening);
        return bytes;
    }

    private static byte[][] all(byte[] first, byte[]... more) {
        return Stream.concat(Stream.of(first), Arrays.stream(more)).toArray(byte[][]::new);
    }

    private static byte[][] repeat(int times, IntFunction<byte[]> frame) {
        return IntStream.range(0, times).mapToObj(frame).toArray(byte[][]::new);
    }

    private interface Flood {
        byte[] frame(JobId job, int number);
    }
}
