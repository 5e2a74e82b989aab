package io.qcmd.client.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A line with a bus at its other end that does whatever the test wants. */
class LineTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(20);
    /** More than the queue of a server has room for. */
    private static final int CROWD = 6;

    private static final byte[] DATA = "data".getBytes(UTF_8);

    @TempDir
    private Path directory;

    private final Heard heard = new Heard();
    private final List<Line> lines = new ArrayList<>();
    private final ServerSocketChannel server;

    /** One frame that came in. */
    private record In(int stream, int type, int flags, byte[] rest) {}

    LineTest() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @BeforeEach
    void listen() throws IOException {
        assertThat(server.bind(UnixDomainSocketAddress.of(socket()), 1)).isNotNull();
    }

    @AfterEach
    void close() throws IOException {
        lines.forEach(Line::close);
        server.close();
    }

    @Test
    void saysSetup_andThenWhatWasAsked() throws IOException {
        Line line = open(socket(), LONG, LONG);
        assertThat(line.askOne("bus.status", DATA, heard)).isNotNull();
        try (SocketChannel bus = server.accept()) {
            DataInputStream in = input(bus);
            In setup = read(in);
            assertThat(List.of(setup.stream, setup.type, setup.flags)).containsExactly(0, 1, 0);
            assertThat(new String(setup.rest, UTF_8))
                    .contains("message/x.rsocket.composite-metadata.v0", "application/cbor")
                    .endsWith("hello");
            In request = read(in);
            assertThat(List.of(request.stream, request.type, request.flags))
                    .containsExactly(1, Frames.REQUEST_RESPONSE, Frames.METADATA);
            assertThat(new String(request.rest, UTF_8)).endsWith("bus.statusdata");

            send(bus, Frame.payload(1, Frames.NEXT | Frames.COMPLETE, "fine"));
            await().untilAsserted(() -> assertThat(heard.all).containsExactly("fine", new Ending.Complete()));
        }
    }

    @Test
    void tellsDemandAndCancel() throws IOException {
        Line line = open(socket(), LONG, LONG);
        Question question = line.askMany("job.list", DATA, 2, heard);
        question.request(7);
        question.cancel();
        try (SocketChannel bus = server.accept()) {
            DataInputStream in = input(bus);
            assertThat(read(in).type).isEqualTo(1);
            In request = read(in);
            assertThat(request.type).isEqualTo(Frames.REQUEST_STREAM);
            assertThat(ByteBuffer.wrap(request.rest).getInt()).isEqualTo(2);
            In demand = read(in);
            assertThat(demand.type).isEqualTo(8);
            assertThat(ByteBuffer.wrap(demand.rest).getInt()).isEqualTo(7);
            assertThat(read(in).type).isEqualTo(9);
        }
        assertThat(heard.all).isEmpty();
    }

    @Test
    void endsAsLost_whenTheBusCloses() throws IOException {
        Line line = open(socket(), LONG, LONG);
        assertThat(line.askOne("a", DATA, heard)).isNotNull();
        server.accept().close();
        endsAs(new Ending.Lost());
    }

    @Test
    void endsAsLost_whenTheBusBreaksARule() throws IOException {
        Line line = open(socket(), LONG, LONG);
        assertThat(line.askOne("a", DATA, heard)).isNotNull();
        try (SocketChannel bus = server.accept()) {
            bus.write(ByteBuffer.wrap(new byte[] {-1, -1, -1}));
            endsAs(new Ending.Lost());
        }
    }

    @Test
    void saysWhatTheBusSaid_thatClosedBeforeItWasAsked() throws IOException {
        Line line = open(socket(), LONG, LONG);
        try (SocketChannel bus = server.accept()) {
            send(bus, Frame.error(0, "{\"too many\"}"));
        }
        assertThat(line.askOne("a", DATA, heard)).isNotNull();
        endsAs(new Ending.Told("{\"too many\"}"));
    }

    @Test
    void endsAsLost_whenItIsClosed_andTakesNothingMore() throws IOException {
        Line line = open(socket(), LONG, LONG);
        assertThat(line.askOne("a", DATA, heard)).isNotNull();
        try (SocketChannel bus = server.accept()) {
            assertThat(read(input(bus)).type).isEqualTo(1);
            line.close();
            endsAs(new Ending.Lost());
        }
        Heard late = new Heard();
        line.askOne("a", DATA, late).cancel();
        assertThat(late.all).containsExactly(new Ending.Lost());
    }

    @Test
    void asksWhetherTheBusLives_andGivesUpWhenItIsSilent() throws IOException {
        assertThat(open(socket(), SHORT, SHORT).askOne("a", DATA, heard)).isNotNull();
        try (SocketChannel bus = server.accept()) {
            endsAs(new Ending.Lost());
            DataInputStream in = input(bus);
            List<Integer> types = new ArrayList<>();
            for (int type = read(in).type; type != Frames.KEEPALIVE; type = read(in).type) {
                types.add(type);
            }
            assertThat(types).startsWith(1);
        }
    }

    @Test
    void keepsALine_whoseBusAnswers() throws IOException {
        Line patient = open(socket(), SHORT, LONG);
        try (SocketChannel bus = server.accept()) {
            DataInputStream in = input(bus);
            assertThat(read(in).type).isEqualTo(1);
            for (int i = 0; i < 3; i++) {
                In beat = read(in);
                assertThat(List.of(beat.stream, beat.type, beat.flags))
                        .containsExactly(0, Frames.KEEPALIVE, Frames.RESPOND);
                send(bus, Frame.keepAlive(false));
            }
            assertThat(patient.isOver()).isFalse();
        }
    }

    @Test
    void saysWhyItCannotConnect_alsoToWhoComesLater() {
        Ending away = new Ending.Unreachable("No such file or directory");
        Line nowhere = open(directory.resolve("none"), LONG, LONG);
        assertThat(nowhere.askOne("a", DATA, heard)).isNotNull();
        endsAs(away);
        assertThat(nowhere.askOne("a", DATA, heard)).isNotNull();
        await().untilAsserted(() -> assertThat(heard.all).containsExactly(away, away));
    }

    @Test
    void triesAgain_untilABusWithAFullQueueHasRoom() throws IOException {
        for (int i = 0; i < CROWD; i++) {
            assertThat(open(socket(), LONG, LONG).askOne("a", DATA, heard)).isNotNull();
        }
        for (int i = 0; i < CROWD; i++) {
            try (SocketChannel bus = server.accept()) {
                assertThat(read(input(bus)).type).isEqualTo(1);
            }
        }
        await().untilAsserted(() -> assertThat(heard.all).hasSize(CROWD).containsOnly(new Ending.Lost()));
    }

    @Test
    void givesUp_whenTheQueueOfTheBusStaysFull() {
        for (int i = 0; i < CROWD; i++) {
            assertThat(open(socket(), LONG, SHORT).askOne("a", DATA, heard)).isNotNull();
        }
        await().untilAsserted(() -> assertThat(heard.all).contains(new Ending.Unreachable("no answer within 20 ms")));
    }

    private Line open(Path socket, Duration interval, Duration lifetimeAndLimit) {
        Line line = Line.open(
                new Line.Terms(socket, "hello".getBytes(UTF_8), interval, lifetimeAndLimit, lifetimeAndLimit));
        lines.add(line);
        return line;
    }

    private static DataInputStream input(SocketChannel bus) {
        return new DataInputStream(Channels.newInputStream(bus));
    }

    private static In read(DataInputStream in) throws IOException {
        byte[] frame = new byte[in.readUnsignedByte() << 16 | in.readUnsignedShort()];
        in.readFully(frame);
        ByteBuffer parts = ByteBuffer.wrap(frame);
        int stream = parts.getInt();
        int header = parts.getShort() & 0xFFFF;
        byte[] rest = new byte[parts.remaining()];
        parts.get(rest);
        return new In(stream, header >>> 10, header & 0x3FF, rest);
    }

    private static void send(SocketChannel bus, ByteBuffer frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Frame.withLength(frame));
        while (bytes.hasRemaining()) {
            assertThat(bus.write(bytes)).isNotNegative();
        }
    }

    private void endsAs(Ending how) {
        await().untilAsserted(() -> assertThat(heard.all).containsExactly(how));
    }

    private Path socket() {
        return directory.resolve("bus.sock");
    }
}
