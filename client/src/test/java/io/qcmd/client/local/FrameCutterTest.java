package io.qcmd.client.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Limits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameCutterTest {
    private final FrameCutter cutter = new FrameCutter();

    @Test
    void cutsFrames_howeverTheyArrive() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Integer> lengths = List.of(6, 7, 70_000, 6, 200_000, 1_000, Limits.CLIENT_FRAME, 8);
        for (int length : lengths) {
            all.write(Frame.withLength(Frame.of(1, Frames.PAYLOAD, Frames.NEXT, new byte[length - Frames.HEADER])));
        }
        ReadableByteChannel channel = inPieces(all.toByteArray(), 8_191);
        List<Integer> cut = new ArrayList<>();
        while (cutter.fill(channel)) {
            for (ByteBuffer frame = cutter.next(); frame != null; frame = cutter.next()) {
                cut.add(frame.remaining());
            }
        }
        assertThat(cut).isEqualTo(lengths);
    }

    @Test
    void waitsForTheRest_alsoOfALength() throws IOException {
        byte[] frame = Frame.withLength(Frame.payload(1, Frames.NEXT, "x"));
        ReadableByteChannel channel = inPieces(frame, 1);
        for (int i = 1; i < frame.length; i++) {
            assertThat(cutter.fill(channel)).isTrue();
            assertThat(cutter.next()).isNull();
        }
        assertThat(cutter.fill(channel)).isTrue();
        assertThat(cutter.next()).isNotNull();
        assertThat(cutter.fill(channel)).isFalse();
    }

    @Test
    void refusesLengths_thatNoFrameHas() throws IOException {
        for (byte[] wrong : new byte[][] {{0, 0, 0}, {0, 0, 5}, {0x40, 0, 1}, {-1, -1, -1}}) {
            FrameCutter fresh = new FrameCutter();
            assertThat(fresh.fill(inPieces(wrong, 3))).isTrue();
            assertThatThrownBy(fresh::next).isInstanceOf(Over.class);
        }
    }

    private static ReadableByteChannel inPieces(byte[] bytes, int size) {
        return Channels.newChannel(new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(size, length));
            }

            @Override
            public synchronized int available() {
                // One piece at a time: the channel asks whether it may go on.
                return 0;
            }
        });
    }
}
