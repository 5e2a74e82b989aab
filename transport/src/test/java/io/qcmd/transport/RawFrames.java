package io.qcmd.transport;

import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.WireCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames made byte by byte, right ones and wrong ones, without their 3 bytes of length. Knows nothing of rsocket-core. */
public final class RawFrames {
    public static final int SETUP = 0x01;
    public static final int LEASE = 0x02;
    public static final int KEEPALIVE = 0x03;
    public static final int REQUEST_RESPONSE = 0x04;
    public static final int REQUEST_FNF = 0x05;
    public static final int REQUEST_STREAM = 0x06;
    public static final int REQUEST_CHANNEL = 0x07;
    public static final int REQUEST_N = 0x08;
    public static final int CANCEL = 0x09;
    public static final int PAYLOAD = 0x0A;
    public static final int ERROR = 0x0B;
    public static final int METADATA_PUSH = 0x0C;
    public static final int RESUME = 0x0D;

    public static final int METADATA = 0x100;
    public static final int FOLLOWS = 0x80;
    public static final int RESPOND = 0x80;
    public static final int COMPLETE = 0x40;
    public static final int NEXT = 0x20;

    public static final String COMPOSITE = "message/x.rsocket.composite-metadata.v0";
    public static final String CBOR = "application/cbor";
    public static final String JSON = "application/json";

    private RawFrames() {}

    /** Any frame: the header and what is given. */
    public static byte[] frame(int streamId, int type, int flags, byte[] rest) {
        return write(out -> {
            out.writeInt(streamId);
            out.writeShort(type << 10 | flags);
            out.write(rest);
        });
    }

    /** A frame with data behind it. */
    public static byte[] with(byte[] frame, byte[] data) {
        byte[] both = Arrays.copyOf(frame, frame.length + data.length);
        System.arraycopy(data, 0, both, frame.length, data.length);
        return both;
    }

    public static byte[] agentSetup(String minion) {
        return setup(0, 0x0001_0000, 10_000, 30_000, COMPOSITE, CBOR, cbor(Setup.agent(new MinionId(minion), "test")));
    }

    public static byte[] clientSetup() {
        return setup(0, 0x0001_0000, 10_000, 30_000, COMPOSITE, CBOR, cbor(Setup.client("test")));
    }

    public static byte[] setup(
            int flags, int version, int interval, int lifetime, String metadataType, String dataType, byte[] data) {
        return frame(0, SETUP, flags, write(out -> {
            out.writeInt(version);
            out.writeInt(interval);
            out.writeInt(lifetime);
            writeMime(out, metadataType);
            writeMime(out, dataType);
            out.write(data);
        }));
    }

    public static byte[] keepAlive() {
        return frame(0, KEEPALIVE, RESPOND, new byte[8]);
    }

    /** REQUEST_STREAM or REQUEST_CHANNEL, with a route. */
    public static byte[] request(int streamId, int type, int initialN, String route) {
        return frame(streamId, type, METADATA, write(out -> {
            out.writeInt(initialN);
            out.write(metadata(route));
        }));
    }

    public static byte[] requestResponse(int streamId, String route) {
        return frame(streamId, REQUEST_RESPONSE, METADATA, metadata(route));
    }

    public static byte[] requestN(int streamId, int n) {
        return frame(streamId, REQUEST_N, 0, write(out -> out.writeInt(n)));
    }

    public static byte[] cancel(int streamId) {
        return frame(streamId, CANCEL, 0, new byte[0]);
    }

    public static byte[] next(int streamId, byte[] data) {
        return frame(streamId, PAYLOAD, NEXT, data);
    }

    public static byte[] complete(int streamId) {
        return frame(streamId, PAYLOAD, COMPLETE, new byte[0]);
    }

    public static byte[] error(int streamId, int code, String text) {
        return frame(streamId, ERROR, 0, write(out -> {
            out.writeInt(code);
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }));
    }

    public static byte[] cbor(Setup setup) {
        return WireCodec.cbor(WireCodec.Size.SMALL).encode(setup);
    }

    /** The 3 bytes of length and the composite metadata with one route. */
    private static byte[] metadata(String route) {
        byte[] tag = route.getBytes(StandardCharsets.UTF_8);
        return write(out -> {
            writeMedium(out, 5 + tag.length);
            out.writeByte(0xFE);
            writeMedium(out, 1 + tag.length);
            out.writeByte(tag.length);
            out.write(tag);
        });
    }

    private static void writeMime(DataOutputStream out, String type) throws IOException {
        out.writeByte(type.length());
        out.writeBytes(type);
    }

    static void writeMedium(DataOutputStream out, int value) throws IOException {
        out.writeByte(value >> 16);
        out.writeShort(value);
    }

    private static byte[] write(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writer.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }
}
