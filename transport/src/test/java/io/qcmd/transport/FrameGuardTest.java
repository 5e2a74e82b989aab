package io.qcmd.transport;

import static io.qcmd.transport.RawFrames.CBOR;
import static io.qcmd.transport.RawFrames.COMPOSITE;
import static io.qcmd.transport.RawFrames.FOLLOWS;
import static io.qcmd.transport.RawFrames.JSON;
import static io.qcmd.transport.RawFrames.METADATA;
import static io.qcmd.transport.RawFrames.NEXT;
import static io.qcmd.transport.RawFrames.PAYLOAD;
import static io.qcmd.transport.RawFrames.REQUEST_CHANNEL;
import static io.qcmd.transport.RawFrames.REQUEST_FNF;
import static io.qcmd.transport.RawFrames.REQUEST_N;
import static io.qcmd.transport.RawFrames.REQUEST_RESPONSE;
import static io.qcmd.transport.RawFrames.REQUEST_STREAM;
import static io.qcmd.transport.RawFrames.agentSetup;
import static io.qcmd.transport.RawFrames.cancel;
import static io.qcmd.transport.RawFrames.clientSetup;
import static io.qcmd.transport.RawFrames.complete;
import static io.qcmd.transport.RawFrames.error;
import static io.qcmd.transport.RawFrames.frame;
import static io.qcmd.transport.RawFrames.keepAlive;
import static io.qcmd.transport.RawFrames.next;
import static io.qcmd.transport.RawFrames.request;
import static io.qcmd.transport.RawFrames.requestN;
import static io.qcmd.transport.RawFrames.requestResponse;
import static io.qcmd.transport.RawFrames.setup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Setup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameGuardTest {
    private static final int VERSION = 0x0001_0000;
    private static final byte[] NOTHING = {};
    private static final byte[] COMMANDS = request(1, REQUEST_STREAM, 1, "commands");
    private static final byte[] REPORTS = request(3, REQUEST_CHANNEL, 256, "reports");

    static Stream<Arguments> badGreetings() {
        byte[] data = RawFrames.cbor(Setup.client("test"));
        return Stream.of(
                arguments("no header", new byte[5], Violation.FRAME_LENGTH),
                arguments("nothing", NOTHING, Violation.FRAME_LENGTH),
                arguments(
                        "too long",
                        setup(0, VERSION, 10_000, 30_000, COMPOSITE, CBOR, new byte[8_192]),
                        Violation.FRAME_LENGTH),
                arguments("another first", keepAlive(), Violation.SETUP_MISSING),
                arguments("on a stream", frame(1, RawFrames.SETUP, 0, new byte[40]), Violation.SETUP_MISSING),
                arguments("resume first", frame(0, RawFrames.RESUME, 0, new byte[30]), Violation.SETUP_FEATURE),
                arguments(
                        "resume flag",
                        setup(FOLLOWS, VERSION, 10_000, 30_000, COMPOSITE, CBOR, data),
                        Violation.SETUP_FEATURE),
                arguments(
                        "lease flag",
                        setup(0x40, VERSION, 10_000, 30_000, COMPOSITE, CBOR, data),
                        Violation.SETUP_FEATURE),
                arguments(
                        "metadata",
                        setup(METADATA, VERSION, 10_000, 30_000, COMPOSITE, CBOR, data),
                        Violation.SETUP_FEATURE),
                arguments(
                        "version 2.0",
                        setup(0, 0x0002_0000, 10_000, 30_000, COMPOSITE, CBOR, data),
                        Violation.SETUP_MALFORMED),
                arguments("cut", frame(0, RawFrames.SETUP, 0, new byte[11]), Violation.SETUP_MALFORMED),
                arguments("cut in a MIME type", cutInMimeType(), Violation.SETUP_MALFORMED),
                arguments(
                        "keep-alive 0",
                        setup(0, VERSION, 0, 30_000, COMPOSITE, CBOR, data),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "keep-alive 1 ms", setup(0, VERSION, 1, 3, COMPOSITE, CBOR, data), Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "keep-alive 9.999 s",
                        setup(0, VERSION, 9_999, 29_997, COMPOSITE, CBOR, data),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "keep-alive 60.001 s",
                        setup(0, VERSION, 60_001, 150_000, COMPOSITE, CBOR, data),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "keep-alive negative",
                        setup(0, VERSION, -10_000, 30_000, COMPOSITE, CBOR, data),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "lifetime MAX",
                        setup(0, VERSION, 10_000, Integer.MAX_VALUE, COMPOSITE, CBOR, data),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "lifetime below 2 intervals",
                        setup(0, VERSION, 10_000, 19_999, COMPOSITE, CBOR, data),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "lifetime above 3 intervals",
                        setup(0, VERSION, 10_000, 30_001, COMPOSITE, CBOR, data),
                        Violation.SETUP_KEEP_ALIVE),
                arguments(
                        "data MIME type",
                        setup(0, VERSION, 10_000, 30_000, COMPOSITE, "text/plain", data),
                        Violation.SETUP_MIME),
                arguments(
                        "metadata MIME type",
                        setup(0, VERSION, 10_000, 30_000, CBOR, CBOR, data),
                        Violation.SETUP_MIME));
    }

    private static byte[] cutInMimeType() {
        byte[] whole = setup(0, VERSION, 10_000, 30_000, COMPOSITE, CBOR, NOTHING);
        return Arrays.copyOf(whole, whole.length - 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badGreetings")
    @Tag("A33")
    void closes_whenTheGreetingIsWrong(String name, byte[] greeting, Violation reason) {
        Guarded guarded = Guarded.of(GuardRules.clientAtBus()).receive(greeting);

        guarded.isClosedFor(reason);
        assertThat(guarded.passed).isEmpty();
    }

    @Test
    void closes_whenAnAgentGreetsInJson() {
        byte[] data = RawFrames.cbor(Setup.client("test"));
        Guarded.of(GuardRules.agentAtBus())
                .receive(setup(0, VERSION, 10_000, 30_000, COMPOSITE, JSON, data))
                .isClosedFor(Violation.SETUP_MIME);
        Guarded.of(GuardRules.clientAtBus())
                .receive(setup(0, VERSION, 60_000, 180_000, COMPOSITE, JSON, data))
                .isOpen();
    }

    @Test
    @Tag("A28")
    void closes_whenNoFrameCameInFiveSeconds() {
        Guarded guarded = Guarded.of(GuardRules.agentAtBus()).pass(Duration.ofMillis(4_999));
        guarded.isOpen();

        guarded.pass(Duration.ofMillis(1)).isClosedFor(Violation.SETUP_LATE);
        // On a network that loses packets it is nobody's mistake.
        assertThat(Violation.SETUP_LATE.code().retryable()).isTrue();
    }

    @Test
    void staysOpen_whenSetupCameInTime() {
        Guarded guarded = Guarded.agent().pass(Duration.ofHours(1));

        guarded.isOpen();
        assertThat(guarded.passed).hasSize(1);
    }

    static Stream<Arguments> badFramesOfAgents() {
        return Stream.of(
                arguments("a second SETUP", agentSetup("web1"), Violation.SETUP_AGAIN),
                arguments("too long", next(3, new byte[Limits.AGENT_FRAME]), Violation.FRAME_LENGTH),
                arguments("LEASE", frame(0, RawFrames.LEASE, 0, new byte[8]), Violation.FRAME_TYPE),
                arguments(
                        "METADATA_PUSH",
                        frame(0, RawFrames.METADATA_PUSH, METADATA, new byte[8]),
                        Violation.FRAME_TYPE),
                arguments("RESUME", frame(0, RawFrames.RESUME, 0, new byte[30]), Violation.FRAME_TYPE),
                arguments("unknown type", frame(0, 0x3F, 0, NOTHING), Violation.FRAME_TYPE),
                arguments("unknown type on a stream", frame(5, 0x21, 0, NOTHING), Violation.FRAME_TYPE),
                arguments("a request on stream 0", request(0, REQUEST_STREAM, 1, "commands"), Violation.FRAME_TYPE),
                arguments("fire-and-forget", frame(5, REQUEST_FNF, 0, NOTHING), Violation.FRAME_TYPE),
                arguments("request-response", requestResponse(5, "bus.status"), Violation.FRAME_TYPE),
                arguments("KEEPALIVE on a stream", frame(1, RawFrames.KEEPALIVE, 0, new byte[8]), Violation.FRAME_TYPE),
                arguments("first fragment", frame(5, REQUEST_STREAM, FOLLOWS, new byte[4]), Violation.FRAGMENT),
                arguments("fragment", frame(3, PAYLOAD, NEXT | FOLLOWS, new byte[4]), Violation.FRAGMENT),
                arguments("even id", request(6, REQUEST_STREAM, 1, "commands"), Violation.STREAM_ID),
                arguments("negative id", request(-5, REQUEST_STREAM, 1, "commands"), Violation.STREAM_ID),
                arguments("id again", request(1, REQUEST_STREAM, 1, "commands"), Violation.STREAM_ID),
                arguments("initialN 0", request(5, REQUEST_STREAM, 0, "commands"), Violation.DEMAND),
                arguments("initialN -5", request(5, REQUEST_STREAM, -5, "commands"), Violation.DEMAND),
                arguments("initialN 2", request(5, REQUEST_STREAM, 2, "commands"), Violation.DEMAND),
                arguments("initialN MAX", request(5, REQUEST_STREAM, Integer.MAX_VALUE, "commands"), Violation.DEMAND),
                arguments("reports initialN 257", request(5, REQUEST_CHANNEL, 257, "reports"), Violation.DEMAND),
                arguments("requestN 0", requestN(1, 0), Violation.DEMAND),
                arguments("requestN -1", requestN(1, -1), Violation.DEMAND),
                arguments("requestN MAX", requestN(3, Integer.MAX_VALUE), Violation.DEMAND),
                arguments("a second command asked for", requestN(1, 1), Violation.DEMAND),
                arguments("reports over 256", requestN(3, 1), Violation.DEMAND),
                arguments(
                        "a second stream of commands",
                        request(5, REQUEST_STREAM, 1, "commands"),
                        Violation.STREAM_COUNT),
                arguments("a second channel", request(5, REQUEST_CHANNEL, 1, "reports"), Violation.STREAM_COUNT),
                arguments("KEEPALIVE with data", frame(0, RawFrames.KEEPALIVE, 0, new byte[9]), Violation.FRAME_LENGTH),
                arguments("KEEPALIVE too short", frame(0, RawFrames.KEEPALIVE, 0, new byte[7]), Violation.FRAME_LENGTH),
                arguments("PAYLOAD for no stream", next(5, NOTHING), Violation.STREAM_UNKNOWN),
                arguments("CANCEL for no stream", cancel(2), Violation.STREAM_UNKNOWN),
                arguments("REQUEST_N for no stream", requestN(99, 1), Violation.STREAM_UNKNOWN),
                arguments("PAYLOAD for commands", next(1, NOTHING), Violation.FRAME_TYPE),
                arguments("ERROR for commands", error(1, 0x201, ""), Violation.FRAME_TYPE),
                arguments("PAYLOAD without credit", next(3, NOTHING), Violation.CREDIT),
                arguments("PAYLOAD without flags", frame(3, PAYLOAD, 0, NOTHING), Violation.FRAME_MALFORMED),
                arguments(
                        "metadata longer than the frame",
                        frame(3, PAYLOAD, NEXT | METADATA, new byte[] {0, 0, 1}),
                        Violation.FRAME_MALFORMED),
                arguments(
                        "metadata without length",
                        frame(3, PAYLOAD, NEXT | METADATA, new byte[2]),
                        Violation.FRAME_MALFORMED),
                arguments("REQUEST_N cut", frame(1, REQUEST_N, 0, new byte[3]), Violation.FRAME_MALFORMED),
                arguments("request cut", frame(5, REQUEST_STREAM, 0, new byte[3]), Violation.FRAME_MALFORMED),
                arguments("CANCEL with data", frame(1, RawFrames.CANCEL, 0, new byte[1]), Violation.FRAME_MALFORMED),
                arguments("ERROR cut", frame(3, RawFrames.ERROR, 0, new byte[3]), Violation.FRAME_MALFORMED),
                arguments(
                        "ERROR cut on stream 0", frame(0, RawFrames.ERROR, 0, new byte[3]), Violation.FRAME_MALFORMED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFramesOfAgents")
    @Tag("A32")
    @Tag("A33")
    void closes_whenAnAgentBreaksARule(String name, byte[] bad, Violation reason) {
        Guarded guarded = Guarded.agent().receive(COMMANDS, REPORTS);
        guarded.isOpen();

        guarded.receive(bad, keepAlive());

        guarded.isClosedFor(reason);
        assertThat(guarded.passed).hasSize(3);
    }

    static Stream<Arguments> badFramesOfClients() {
        return Stream.of(
                arguments("a channel", request(5, REQUEST_CHANNEL, 1, "reports"), Violation.FRAME_TYPE),
                arguments("a PAYLOAD", next(1, NOTHING), Violation.FRAME_TYPE),
                arguments("an ERROR on a stream", error(1, 0x201, ""), Violation.FRAME_TYPE),
                arguments("fire-and-forget", frame(5, REQUEST_FNF, 0, NOTHING), Violation.FRAME_TYPE),
                arguments("initialN 1025", request(5, REQUEST_STREAM, 1_025, "job.results"), Violation.DEMAND),
                arguments("more than 1024 outstanding", requestN(1, 1_024), Violation.DEMAND),
                arguments(
                        "request-response fragment", frame(5, REQUEST_RESPONSE, FOLLOWS, NOTHING), Violation.FRAGMENT),
                arguments("REQUEST_N for a response", requestN(3, 1), Violation.FRAME_TYPE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFramesOfClients")
    @Tag("A32")
    void closes_whenAClientBreaksARule(String name, byte[] bad, Violation reason) {
        Guarded guarded = Guarded.client()
                .receive(request(1, REQUEST_STREAM, 1, "job.results"), requestResponse(3, "bus.status"));
        guarded.isOpen();

        guarded.receive(bad).isClosedFor(reason);
    }

    static Stream<Arguments> badFramesOfBuses() {
        return Stream.of(
                arguments("SETUP", clientSetup(), Violation.SETUP_AGAIN),
                arguments("a request", request(2, REQUEST_STREAM, 1, "commands"), Violation.FRAME_TYPE),
                arguments("too long", next(1, new byte[Limits.BUS_FRAME]), Violation.FRAME_LENGTH),
                arguments("PAYLOAD for no stream", next(5, NOTHING), Violation.STREAM_UNKNOWN),
                arguments("two messages where one was asked for", next(1, NOTHING), Violation.CREDIT),
                arguments("REQUEST_N for commands", requestN(1, 1), Violation.FRAME_TYPE),
                arguments("CANCEL for commands", cancel(1), Violation.FRAME_TYPE),
                arguments("over 256 reports asked for", requestN(3, 257), Violation.DEMAND),
                arguments("requestN 0", requestN(3, 0), Violation.DEMAND),
                arguments("fragment", frame(1, PAYLOAD, NEXT | FOLLOWS, NOTHING), Violation.FRAGMENT),
                arguments("LEASE", frame(0, RawFrames.LEASE, 0, new byte[8]), Violation.FRAME_TYPE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badFramesOfBuses")
    @Tag("A62")
    void closes_whenABusBreaksARule(String name, byte[] bad, Violation reason) {
        Guarded guarded =
                Guarded.of(GuardRules.busAtAgent()).send(COMMANDS, REPORTS).receive(next(1, NOTHING));
        guarded.isOpen();

        guarded.connection.takeAll();
        guarded.receive(bad).isClosedFor(reason);
    }

    @Test
    void passesAWholeSession_whenTheAgentKeepsTheRules() {
        Guarded bus = Guarded.agent().receive(COMMANDS, REPORTS);

        bus.send(requestN(3, 255)).receive(next(3, NOTHING), next(3, NOTHING));
        for (int i = 0; i < 300; i++) {
            bus.send(next(1, NOTHING), next(3, NOTHING), requestN(3, 1));
            bus.receive(next(3, NOTHING), requestN(3, 1), requestN(1, 1));
            bus.connection.takeAll();
        }
        bus.receive(keepAlive(), error(0, 0x102, "bye"));

        bus.isOpen();
        assertThat(bus.passed).hasSize(3 + 2 + 900 + 2);
    }

    @Test
    void passesAWholeSession_whenTheBusKeepsTheRules() {
        Guarded agent = Guarded.of(GuardRules.busAtAgent()).send(COMMANDS, REPORTS);

        agent.receive(requestN(3, 255), next(1, NOTHING), next(3, NOTHING));
        agent.send(next(3, NOTHING), requestN(1, 1), requestN(3, 1));
        agent.receive(next(1, NOTHING), next(3, NOTHING), requestN(3, 1), keepAlive());
        agent.receive(complete(1), error(3, 0x201, "no"));

        agent.isOpen();
        assertThat(agent.passed).hasSize(9);
    }

    @Test
    void letsAStreamBeOpenedAgain_whenTheFirstHasEnded() {
        Guarded bus = Guarded.agent().receive(COMMANDS, REPORTS);

        bus.send(error(1, 0x201, "no")).receive(request(5, REQUEST_STREAM, 1, "commands"));
        bus.receive(cancel(3), request(7, REQUEST_CHANNEL, 256, "reports"));
        bus.send(complete(7)).receive(complete(7), request(9, REQUEST_CHANNEL, 256, "reports"));

        bus.isOpen();
        assertThat(bus.passed).hasSize(8);
    }

    @Test
    void closes_whenAnAgentOpensStreamsWithoutEnd() {
        Guarded bus = Guarded.agent();
        for (int id = 1; id < 17; id += 2) {
            bus.receive(request(id, REQUEST_STREAM, 1, "commands"), cancel(id));
        }
        bus.isOpen();

        bus.receive(request(17, REQUEST_STREAM, 1, "commands")).isClosedFor(Violation.REQUEST_RATE);
    }

    @Test
    void answersBusy_whenAClientHasTooManyStreams() {
        Guarded bus = Guarded.client();
        for (int i = 0; i < 65; i++) {
            bus.receive(requestResponse(2 * i + 1, "bus.status"));
        }

        bus.isOpen();
        assertThat(bus.passed).hasSize(1 + 64);
        assertThat(bus.connection.sent).singleElement().satisfies(answer -> {
            assertThat(answer).startsWith(0, 0, 0, 129, RawFrames.ERROR << 2, 0);
            assertThat(new String(answer, StandardCharsets.UTF_8)).contains(ErrorCode.BUSY.name());
        });
        bus.send(next(1, NOTHING))
                .receive(cancel(129), requestResponse(131, "bus.status"))
                .isOpen();
        assertThat(bus.passed).hasSize(1 + 65);
    }

    @Test
    void answersBusy_whenAClientAsksTooOften_untilTimeHasPassed() {
        Guarded bus = Guarded.client();
        int id = 1;
        for (int i = 0; i < 2_001; i++, id += 2) {
            bus.receive(requestResponse(id, "bus.status")).send(next(id, NOTHING));
            bus.connection.takeAll();
        }
        assertThat(bus.passed).hasSize(1 + 2_000);

        bus.pass(Duration.ofSeconds(1))
                .receive(requestResponse(id, "bus.status"))
                .isOpen();
        assertThat(bus.passed).hasSize(1 + 2_001);
    }

    @Test
    @Tag("A33")
    void closes_whenKeepAlivesComeTooFast() {
        Guarded bus = Guarded.agent();
        for (int i = 0; i < 8; i++) {
            bus.receive(keepAlive());
        }
        for (int i = 0; i < 100; i++) {
            bus.pass(Duration.ofMillis(500)).receive(keepAlive());
        }
        bus.isOpen();

        bus.receive(keepAlive()).isClosedFor(Violation.KEEP_ALIVE_RATE);
    }

    @Test
    @Tag("A33")
    void dropsLateFrames_andClosesAfterTooMany() {
        Guarded bus = Guarded.agent().receive(COMMANDS, cancel(1));

        for (int i = 0; i < Streams.LATE_UNEXPLAINED; i++) {
            bus.receive(requestN(1, 1));
        }
        bus.isOpen();
        assertThat(bus.passed).hasSize(3);

        bus.receive(requestN(1, 1)).isClosedFor(Violation.STREAM_CLOSED);
    }

    @Test
    void forgivesWhatCrossedOnTheWire_whenThisSideEndsAStream() {
        Guarded bus = Guarded.agent().receive(REPORTS).send(requestN(3, 256), cancel(3), complete(3));
        for (int i = 0; i < 256; i++) {
            bus.receive(next(3, NOTHING));
        }

        bus.isOpen();
        assertThat(bus.passed).hasSize(2);

        Guarded client =
                Guarded.of(GuardRules.busAtClient()).send(request(1, REQUEST_STREAM, 1_024, "job.results"), cancel(1));
        for (int i = 0; i < 1_024; i++) {
            client.receive(next(1, NOTHING));
        }
        client.receive(complete(1)).isOpen();
        assertThat(client.passed).isEmpty();
    }

    @Test
    @Tag("A36")
    void closes_whenThePeerLetsTooMuchWait() {
        Guarded bus =
                Guarded.of(GuardRules.agentAtBus().withOutboundBytes(1_000)).receive(agentSetup("web1"));
        for (int i = 0; i < 100; i++) {
            bus.send(next(1, new byte[900]));
            bus.connection.takeAll();
        }
        bus.send(next(1, new byte[900]), next(1, new byte[900])).isOpen();

        bus.send(next(1, NOTHING)).isClosedFor(Violation.OUTBOUND_FULL);
        assertThat(bus.connection.lastWords)
                .as("a peer that does not read hears nothing")
                .isNull();
        bus.connection.takeAll();
    }

    @Test
    @Tag("A36")
    void closes_whenThePeerReadsNothingForThirtySeconds() {
        Guarded bus =
                Guarded.agent().pass(Duration.ofHours(1)).send(keepAlive()).pass(Duration.ofSeconds(30));
        bus.send(keepAlive()).isOpen();
        bus.connection.takeAll();
        bus.send(keepAlive()).pass(Duration.ofSeconds(29)).send(keepAlive()).isOpen();

        bus.pass(Duration.ofMillis(1_001)).send(keepAlive()).isClosedFor(Violation.OUTBOUND_STALLED);
        bus.connection.takeAll();
    }

    @Test
    void tellsTheReason_whenThePeerReads() {
        Guarded bus = Guarded.client().receive(request(1, REQUEST_STREAM, Integer.MAX_VALUE, "job.results"));

        assertThat(bus.connection.disposed).isFalse();
        assertThat(Errors.fromWire(Objects.requireNonNull(bus.connection.lastWords)))
                .satisfies(told -> {
                    assertThat(told.code()).isEqualTo(ErrorCode.DEMAND_INVALID);
                    assertThat(told.hint()).contains("limitRate(256)");
                });
        bus.isClosedFor(Violation.DEMAND);
    }

    @Test
    @Tag("A30")
    void neverThrows_whenFramesAreRandom() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Guarded bus = Guarded.agent().receive(COMMANDS, REPORTS).send(requestN(3, 200));
            bus.connection.takeAll();
            for (int i = 0; i < 20; i++) {
                bus.receive(randomFrame(random));
            }
            assertThat(bus.reading.isDisposed()).as("seed %s", seed).isFalse();
        }
    }

    private static byte[] randomFrame(Random random) {
        byte[] frame = frame(
                random.nextInt(6), random.nextInt(16), random.nextInt(1_024) & ~FOLLOWS, new byte[random.nextInt(12)]);
        if (frame.length > 6) {
            frame[6 + random.nextInt(frame.length - 6)] = (byte) random.nextInt();
        }
        return frame;
    }
}
