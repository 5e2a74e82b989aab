package io.qcmd.client.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of a bus, right and wrong ones, without their length. */
final class Frame {
    private Frame() {}

    static ByteBuffer of(int stream, int type, int flags, byte... rest) {
        return ByteBuffer.allocate(Frames.HEADER + rest.length)
                .putInt(stream)
                .putShort((short) (type << Frames.TYPE_SHIFT | flags))
                .put(rest)
                .flip();
    }

    static ByteBuffer payload(int stream, int flags, String data) {
        return of(stream, Frames.PAYLOAD, flags, data.getBytes(StandardCharsets.UTF_8));
    }

    static ByteBuffer error(int stream, String text) {
        byte[] bytes = ("\0\0\0\1" + text).getBytes(StandardCharsets.UTF_8);
        return of(stream, Frames.ERROR, 0, bytes);
    }

    static ByteBuffer keepAlive(boolean respond) {
        return of(0, Frames.KEEPALIVE, respond ? Frames.RESPOND : 0, new byte[Long.BYTES]);
    }

    /** The same with its length before it. */
    static byte[] withLength(ByteBuffer frame) {
        int length = frame.remaining();
        return ByteBuffer.allocate(Frames.LENGTH + length)
                .put((byte) (length >>> 16))
                .putShort((short) length)
                .put(frame)
                .array();
    }
}
