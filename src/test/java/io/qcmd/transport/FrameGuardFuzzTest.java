package io.qcmd.transport;

import static io.qcmd.transport.RawFrames.REQUEST_CHANNEL;
import static io.qcmd.transport.RawFrames.REQUEST_STREAM;
import static io.qcmd.transport.RawFrames.agentSetup;
import static io.qcmd.transport.RawFrames.keepAlive;
import static io.qcmd.transport.RawFrames.next;
import static io.qcmd.transport.RawFrames.request;
import static io.qcmd.transport.RawFrames.requestN;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.WireCodec;
import io.rsocket.Payload;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import io.rsocket.frame.decoder.PayloadDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever bytes come from a socket: the guard closes for one reason, or what it lets through is read by rsocket-core and by the codec without any exception but a
 * {@link QcmdException}. Inputs: resources/io/qcmd/transport/FrameGuardFuzzTestInputs; docs/attacks.md tells how to look for new ones, and how to mutate for longer.
 */
@Tag("A30")
class FrameGuardFuzzTest {
    private static final List<GuardRules> RULES = List.of(
            GuardRules.agentAtBus(), GuardRules.clientAtBus(), GuardRules.busAtAgent(), GuardRules.busAtClient());
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.SMALL);
    /** What an agent says after its HELLO. */
    private static final List<String> REPORTS =
            List.of("ready", "started", "output", "done", "done-timed-out", "refused", "pong", "health", "journaled");

    private static final int MOST_MUTATIONS = 4;

    /** The first byte says who talks to whom. */
    @FuzzTest
    void peers(byte[] sideAndBytes) {
        if (sideAndBytes.length > 0) {
            GuardRules rules = RULES.get(Byte.toUnsignedInt(sideAndBytes[0]) % RULES.size());
            walk(rules, Arrays.copyOfRange(sideAndBytes, 1, sideAndBytes.length));
        }
    }

    @Test
    @Timeout(3_600)
    void mutatedTraffic_isReadOrRefused() throws IOException, URISyntaxException {
        long mutations = Long.getLong("qcmd.mutations", 5_000);
        long seed = Long.getLong("qcmd.seed", 1);
        List<byte[]> traffic = trafficOfAnAgent();
        long begun = System.nanoTime();
        Random random = new Random(seed);
        long done = 0;
        long closed = 0;
        while (done < mutations) {
            List<byte[]> session = new ArrayList<>(traffic);
            int changes = 1 + random.nextInt(MOST_MUTATIONS);
            for (int i = 0; i < changes; i++) {
                mutate(session, random);
            }
            byte[] bytes = framed(session);
            try {
                closed += walk(GuardRules.agentAtBus(), bytes) ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", after " + done + " mutations", e);
            }
            done += changes;
        }
        System.out.printf(
                "%,d mutations, seed %d: %,d connections closed, %s%n",
                done, seed, closed, Duration.ofNanos(System.nanoTime() - begun));
        assertThat(closed).isPositive();
    }

    @Test
    void unchangedTraffic_isRead() throws IOException, URISyntaxException {
        assertThat(walk(GuardRules.agentAtBus(), framed(trafficOfAnAgent()))).isFalse();
        for (String name : REPORTS) {
            assertThat(CODEC.decodeReports(report(name))).as(name).hasSize(1);
        }
    }

    /** Whether the guard closed the connection. */
    private static boolean walk(GuardRules rules, byte[] bytes) {
        Guarded guarded = Guarded.of(rules);
        if (!rules.side().asks()) {
            guarded.send(request(1, REQUEST_STREAM, 1, "commands"), request(3, REQUEST_CHANNEL, 256, "reports"));
        }
        EmbeddedChannel socket = new EmbeddedChannel(new FrameLengths(rules));
        try {
            socket.writeInbound(Unpooled.wrappedBuffer(bytes));
        } catch (DecoderException refused) {
            assertThat(refused).message().isNotBlank();
        }
        for (ByteBuf frame = socket.readInbound(); frame != null; frame = socket.readInbound()) {
            receive(guarded, frame);
        }
        assertThat(socket.finishAndReleaseAll()).isFalse();
        assertThat(guarded.reading.isDisposed()).isFalse();
        assertThat(guarded.violations.total()).isLessThanOrEqualTo(1);
        guarded.passed.forEach(frame -> read(rules, frame));
        guarded.connection.takeAll();
        return guarded.violations.total() == 1;
    }

    /** The bus asks for more reports as they come. */
    private static void receive(Guarded guarded, ByteBuf framed) {
        byte[] frame = new byte[framed.readableBytes() - FrameLengths.FIELD];
        framed.getBytes(FrameLengths.FIELD, frame);
        framed.release();
        int before = guarded.passed.size();
        guarded.receive(frame);
        if (guarded.passed.size() > before && frame[4] >> 2 == REQUEST_CHANNEL) {
            guarded.send(requestN(Unpooled.wrappedBuffer(frame).getInt(0), 255));
        }
    }

    private static void read(GuardRules rules, byte[] frame) {
        assertThat(frame.length).isBetween(Frames.HEADER, rules.frameBytes());
        ByteBuf buffer = Unpooled.wrappedBuffer(frame);
        FrameType type = FrameHeaderCodec.frameType(buffer);
        if (!type.isRequestType() && type != FrameType.NEXT && type != FrameType.NEXT_COMPLETE) {
            return;
        }
        Payload payload = PayloadDecoder.DEFAULT.apply(buffer);
        try {
            assertThat(Payloads.route(payload)).isNotNull();
            assertThat(CODEC.decodeReports(Payloads.bytes(payload))).isNotNull();
        } catch (QcmdException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    /** One session from SETUP on, with each kind of report. */
    private static List<byte[]> trafficOfAnAgent() throws IOException, URISyntaxException {
        List<byte[]> frames = new ArrayList<>();
        frames.add(agentSetup("web1"));
        frames.add(request(1, REQUEST_CHANNEL, 255, "reports"));
        frames.add(next(1, report("hello")));
        frames.add(request(3, REQUEST_STREAM, 1, "commands"));
        for (String report : REPORTS) {
            frames.add(next(1, report(report)));
        }
        frames.add(keepAlive());
        frames.add(requestN(1, 1));
        frames.add(next(1, report("never-started")));
        return frames;
    }

    private static byte[] report(String name) throws IOException, URISyntaxException {
        URL stored = Objects.requireNonNull(
                FrameGuardFuzzTest.class.getResource("/io/qcmd/system/WireCodecFuzzTestInputs/reports/" + name));
        return Files.readAllBytes(Path.of(stored.toURI()));
    }

    private static void mutate(List<byte[]> session, Random random) {
        int at = random.nextInt(session.size());
        byte[] frame = session.get(at);
        switch (random.nextInt(8)) {
            case 0 -> session.add(at, frame);
            case 1 -> session.add(random.nextInt(session.size()), session.remove(at));
            case 2 -> session.set(at, Arrays.copyOf(frame, random.nextInt(frame.length + 16)));
            case 3 -> session.add(at, bytes(random, random.nextInt(64)));
            default -> session.set(at, flipped(frame, random));
        }
    }

    private static byte[] flipped(byte[] frame, Random random) {
        byte[] copy = frame.clone();
        for (int i = random.nextInt(3); i >= 0 && copy.length > 0; i--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(16, copy.length) : copy.length);
            copy[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (copy[at] ^ 1 << random.nextInt(8));
        }
        return copy;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] framed(List<byte[]> frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        frames.forEach(frame -> {
            all.write(frame.length >> 16);
            all.write(frame.length >> 8);
            all.write(frame.length);
            all.writeBytes(frame);
        });
        return all.toByteArray();
    }
}
