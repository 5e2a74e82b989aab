package io.qcmd.client.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamsTest {
    private static final byte[] NOTHING = {};

    private final Outbound out = new Outbound();
    private final Streams streams = new Streams(out);
    private final Heard one = new Heard();
    private final Heard many = new Heard();

    @BeforeEach
    void ask() throws IOException {
        assertThat(streams.askOne("a", NOTHING, one)).isEqualTo(1);
        assertThat(streams.askMany("b", NOTHING, 2, many)).isEqualTo(3);
        sent();
    }

    @Test
    void bringsOneAnswer_completeOrNot() throws IOException {
        streams.received(Frame.payload(1, Frames.NEXT, "yes"));
        assertThat(one.all).containsExactly("yes", new Ending.Complete());
    }

    @Test
    void bringsManyAnswers_andTheEndThatComesWithTheLast() throws IOException {
        streams.received(Frame.payload(3, Frames.NEXT, "1"));
        streams.received(Frame.payload(3, Frames.NEXT | Frames.COMPLETE, "2"));
        assertThat(many.all).containsExactly("1", "2", new Ending.Complete());
        assertThat(one.all).isEmpty();
    }

    @Test
    void leavesMetadataOut() throws IOException {
        byte[] both = {0, 0, 2, 'm', 'm', 'd'};
        streams.received(Frame.of(3, Frames.PAYLOAD, Frames.NEXT | Frames.METADATA, both));
        assertThat(many.all).containsExactly("d");
    }

    @Test
    void bringsTheErrorOfOneStream() throws IOException {
        streams.received(Frame.error(1, "no"));
        assertThat(one.all).containsExactly(new Ending.Told("no"));
        assertThat(many.all).isEmpty();
    }

    @Test
    void tellsWhatTheBusSaysAsItCloses() {
        assertThatExceptionOfType(Over.class)
                .isThrownBy(() -> streams.received(Frame.error(0, "{busy}")))
                .satisfies(over -> assertThat(over.how()).isEqualTo(new Ending.Told("{busy}")));
        assertThatExceptionOfType(Over.class)
                .isThrownBy(() -> streams.received(Frame.error(0, "disposed")))
                .satisfies(over -> assertThat(over.how()).isEqualTo(new Ending.Lost()));
    }

    @Test
    void endsAll() {
        streams.end(new Ending.Lost());
        streams.end(new Ending.Complete());
        assertThat(one.all).containsExactly(new Ending.Lost());
        assertThat(many.all).containsExactly(new Ending.Lost());
    }

    @Test
    void holdsTheBusToTheDemand() throws IOException {
        streams.received(Frame.payload(3, Frames.NEXT, "1"));
        streams.received(Frame.payload(3, Frames.NEXT, "2"));
        assertThatThrownBy(() -> streams.received(Frame.payload(3, Frames.NEXT, "3")))
                .hasMessage("more answers than were asked for");
        streams.request(3, 1);
        assertThat(sent()).containsExactly("REQUEST_N 3");
        streams.received(Frame.payload(3, Frames.NEXT, "3"));
        assertThat(many.all).containsExactly("1", "2", "3");
    }

    @Test
    void forgetsWhatWasCancelled_andDropsWhatCrossedTheCancel() throws IOException {
        streams.cancel(3);
        streams.cancel(3);
        streams.request(3, 5);
        assertThat(sent()).containsExactly("CANCEL 3");
        streams.received(Frame.payload(3, Frames.NEXT, "late"));
        streams.received(Frame.error(3, "late"));
        assertThat(many.all).isEmpty();
    }

    @Test
    void answersAKeepAlive_thatWantsIt() throws IOException {
        streams.received(Frame.keepAlive(false));
        assertThat(sent()).isEmpty();
        streams.received(Frame.keepAlive(true));
        assertThat(sent()).containsExactly("KEEPALIVE 0");
    }

    @Test
    void refusesWhatHasNoPlace() {
        refuses(Frame.payload(5, Frames.NEXT, "never opened"));
        refuses(Frame.payload(2, Frames.NEXT, "an id of the bus"));
        refuses(Frame.payload(-1, Frames.NEXT, "no id"));
        refuses(Frame.payload(0, Frames.NEXT, "not on a stream"));
        refuses(Frame.payload(3, 0, "says nothing"));
        refuses(Frame.payload(3, Frames.NEXT | Frames.FOLLOWS, "a fragment"));
        refuses(Frame.of(3, Frames.PAYLOAD, Frames.NEXT | Frames.METADATA, new byte[] {0, 0}));
        refuses(Frame.of(3, Frames.PAYLOAD, Frames.NEXT | Frames.METADATA, new byte[] {0, 0, 9, 'm'}));
        refuses(Frame.of(3, Frames.ERROR, 0, new byte[] {0, 0}));
        refuses(Frame.error(-1, "no id"));
        refuses(Frame.error(5, "never opened"));
        refuses(Frame.of(0, Frames.KEEPALIVE, 0, new byte[7]));
        refuses(Frame.of(1, Frames.KEEPALIVE, 0, new byte[Long.BYTES]));
        for (int type : new int[] {0, 1, 2, 4, 5, 6, 7, 8, 9, 0x0C, 0x0D, 0x0E, 0x20, 0x3F}) {
            refuses(Frame.of(0, type, 0));
            refuses(Frame.of(3, type, 0, new byte[16]));
        }
        assertThat(one.all).isEmpty();
        assertThat(many.all).isEmpty();
    }

    @Test
    void keepsNoMoreThanItsLimit_forABusThatReadsNothing() throws IOException {
        byte[] large = new byte[Limits.CLIENT_FRAME / 2];
        streams.askOne("a", large, one);
        streams.askOne("a", large, one);
        assertThatThrownBy(() -> streams.askOne("a", NOTHING, one)).hasMessage("the bus reads nothing");
        sent();
        assertThat(streams.askOne("a", NOTHING, one)).isPositive();
    }

    private void refuses(ByteBuffer frame) {
        assertThatThrownBy(() -> streams.received(frame)).isInstanceOf(Over.class);
    }

    /** Type and stream of what was sent since the last look. */
    private List<String> sent() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(out.flush(Channels.newChannel(bytes))).isTrue();
        List<String> frames = new ArrayList<>();
        ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
        while (all.hasRemaining()) {
            int length = (all.get() & 0xFF) << 16 | all.getShort() & 0xFFFF;
            frames.add(name(all.getShort(all.position() + 4) >>> 10 & 0x3F) + " " + all.getInt(all.position()));
            all.position(all.position() + length);
        }
        return frames;
    }

    private static String name(int type) {
        return switch (type) {
            case 0x03 -> "KEEPALIVE";
            case 0x08 -> "REQUEST_N";
            case 0x09 -> "CANCEL";
            default -> Integer.toString(type);
        };
    }
}
