package io.qcmd.client.local;

import io.qcmd.protocol.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** Cuts what comes in into frames. Keeps 64 KiB, and as much as the largest frame so far: at most 4 MiB. One thread. */
final class FrameCutter {
    private static final int USUAL = 64 * 1024;

    /** Between position and limit what was read and not cut yet. */
    private ByteBuffer read = ByteBuffer.allocate(USUAL).flip();

    /** Reads what is there; false: the peer has closed its side. */
    boolean fill(ReadableByteChannel channel) throws IOException {
        read.compact();
        int bytes = channel.read(read);
        read.flip();
        return bytes >= 0;
    }

    /** The next whole frame, without its length; valid until the next {@link #fill}. Null: more has to be read. A length that no frame has: the line is over. */
    @Nullable
    ByteBuffer next() throws Over {
        if (read.remaining() < Frames.LENGTH) {
            return null;
        }
        int at = read.position();
        int length = (read.get(at) & 0xFF) << 16 | (read.getShort(at + 1) & 0xFFFF);
        if (length < Frames.HEADER || length > Limits.CLIENT_FRAME) {
            throw Over.brokenRule("a frame of " + length + " bytes");
        }
        int end = Frames.LENGTH + length;
        if (read.remaining() < end) {
            makeRoom(end);
            return null;
        }
        ByteBuffer frame = read.slice(at + Frames.LENGTH, length);
        read.position(at + end);
        return frame;
    }

    private void makeRoom(int bytes) {
        if (read.capacity() < bytes) {
            read = ByteBuffer.allocate(bytes).put(read).flip();
        }
    }
}
