package io.qcmd.client.local;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Frames as they go out, each with its length before it, and the names of what comes in.
 *
 * @see <a href="https://github.com/rsocket/rsocket/blob/master/Protocol.md">RSocket, protocol version 1.0</a>
 */
final class Frames {
    static final int KEEPALIVE = 0x03;
    static final int REQUEST_RESPONSE = 0x04;
    static final int REQUEST_STREAM = 0x06;
    static final int PAYLOAD = 0x0A;
    static final int ERROR = 0x0B;

    /** There is metadata. */
    static final int METADATA = 0x100;
    /** A fragment; of KEEPALIVE: wants an answer. */
    static final int FOLLOWS = 0x80;

    static final int RESPOND = 0x80;
    static final int COMPLETE = 0x40;
    static final int NEXT = 0x20;

    /** Of stream id, type and flags. */
    static final int HEADER = 6;
    /** Of the number that stands before each frame. */
    static final int LENGTH = 3;

    static final int TYPE_SHIFT = 10;

    private static final int SETUP = 0x01;
    private static final int REQUEST_N = 0x08;
    private static final int CANCEL = 0x09;
    private static final int VERSION_1_0 = 0x0001_0000;
    private static final int ROUTING = 0x80 | 0x7E;
    private static final byte[] METADATA_TYPE = ascii("message/x.rsocket.composite-metadata.v0");
    private static final byte[] DATA_TYPE = ascii("application/cbor");

    private Frames() {}

    static ByteBuffer setup(Duration interval, Duration lifetime, byte[] data) {
        int fixed = 3 * Integer.BYTES + 2 + METADATA_TYPE.length + DATA_TYPE.length;
        return frame(0, SETUP, 0, fixed + data.length)
                .putInt(VERSION_1_0)
                .putInt((int) interval.toMillis())
                .putInt((int) lifetime.toMillis())
                .put((byte) METADATA_TYPE.length)
                .put(METADATA_TYPE)
                .put((byte) DATA_TYPE.length)
                .put(DATA_TYPE)
                .put(data)
                .flip();
    }

    static ByteBuffer requestResponse(int stream, String route, byte[] data) {
        byte[] metadata = metadata(route);
        ByteBuffer frame = frame(stream, REQUEST_RESPONSE, METADATA, LENGTH + metadata.length + data.length);
        return payload(frame, metadata, data);
    }

    static ByteBuffer requestStream(int stream, String route, byte[] data, int n) {
        byte[] metadata = metadata(route);
        int length = Integer.BYTES + LENGTH + metadata.length + data.length;
        return payload(frame(stream, REQUEST_STREAM, METADATA, length).putInt(n), metadata, data);
    }

    static ByteBuffer requestN(int stream, int n) {
        return frame(stream, REQUEST_N, 0, Integer.BYTES).putInt(n).flip();
    }

    static ByteBuffer cancel(int stream) {
        return frame(stream, CANCEL, 0, 0).flip();
    }

    static ByteBuffer keepAlive(boolean respond) {
        return frame(0, KEEPALIVE, respond ? RESPOND : 0, Long.BYTES).putLong(0).flip();
    }

    /** As a bus sends it: an answer, and the end. */
    static ByteBuffer lastPayload(int stream, byte[] data) {
        return frame(stream, PAYLOAD, NEXT | COMPLETE, data.length).put(data).flip();
    }

    private static ByteBuffer frame(int stream, int type, int flags, int length) {
        ByteBuffer frame = ByteBuffer.allocate(LENGTH + HEADER + length);
        return medium(frame, HEADER + length).putInt(stream).putShort((short) (type << TYPE_SHIFT | flags));
    }

    private static ByteBuffer payload(ByteBuffer frame, byte[] metadata, byte[] data) {
        return medium(frame, metadata.length).put(metadata).put(data).flip();
    }

    /** Composite metadata with one entry: its type as an id, 3 bytes of length, and as content the route with 1 byte of length. */
    private static byte[] metadata(String route) {
        byte[] tag = ascii(route);
        return medium(ByteBuffer.allocate(2 + LENGTH + tag.length).put((byte) ROUTING), 1 + tag.length)
                .put((byte) tag.length)
                .put(tag)
                .array();
    }

    private static ByteBuffer medium(ByteBuffer buffer, int value) {
        return buffer.put((byte) (value >>> 16)).putShort((short) value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
