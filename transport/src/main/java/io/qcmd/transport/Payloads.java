package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import io.rsocket.Payload;
import io.rsocket.metadata.CompositeMetadata;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.DefaultPayload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Messages as payloads: the data is one encoded message, the route stands in composite metadata. All payloads here live on the heap, so that one that is dropped
 * on its way is garbage and not a leak; the price is one copy per frame that comes in, which decoding needs anyway.
 *
 * @see <a href="https://github.com/rsocket/rsocket/blob/master/Extensions/CompositeMetadata.md">Composite metadata</a>
 * @see <a href="https://github.com/rsocket/rsocket/blob/master/Extensions/Routing.md">Routing</a>
 */
public final class Payloads {
    static final String METADATA_MIME_TYPE = WellKnownMimeType.MESSAGE_RSOCKET_COMPOSITE_METADATA.getString();

    private static final int WELL_KNOWN = 0x80;
    private static final Map<Route, byte[]> METADATA = new EnumMap<>(Route.class);

    static {
        for (Route route : Route.values()) {
            METADATA.put(route, metadata(route.path()));
        }
    }

    private Payloads() {}

    /** A request. Keeps the array, and sends it without a copy: nobody may change it any more; the same one may go to many. */
    public static Payload of(Route route, byte[] data) {
        return DefaultPayload.create(ByteBuffer.wrap(data), ByteBuffer.wrap(METADATA.get(route)));
    }

    /** An answer, or a message on a channel that is open. Keeps the array, like {@link #of(Route, byte[])}. */
    public static Payload of(byte[] data) {
        return DefaultPayload.create(ByteBuffer.wrap(data));
    }

    /** A message that many peers get: the bytes are shared, never copied. */
    public static Payload of(Bytes data) {
        return DefaultPayload.create(data.buffer());
    }

    /** The data; releases the payload, which must not be used any more. */
    public static byte[] bytes(Payload payload) {
        try {
            ByteBuffer data = payload.getData();
            if (data.hasArray() && data.arrayOffset() == 0 && data.array().length == data.remaining()) {
                return data.array();
            }
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            return bytes;
        } finally {
            payload.release();
        }
    }

    /** The route as it was sent, known or not; empty if there is none. Metadata that does not parse: BAD_REQUEST. Does not release the payload. */
    public static Optional<String> route(Payload payload) {
        if (!payload.hasMetadata()) {
            return Optional.empty();
        }
        try {
            for (CompositeMetadata.Entry entry :
                    new CompositeMetadata(Unpooled.wrappedBuffer(payload.getMetadata()), false)) {
                if (WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getString().equals(entry.getMimeType())) {
                    return Optional.of(firstTag(entry.getContent()));
                }
            }
            return Optional.empty();
        } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw malformed();
        }
    }

    private static String firstTag(ByteBuf tags) {
        int length = tags.readUnsignedByte();
        return tags.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }

    private static QcmdException malformed() {
        return new QcmdException(
                ErrorCode.BAD_REQUEST, "metadata: does not parse; use " + METADATA_MIME_TYPE + " with one route");
    }

    /** One entry: its MIME type as an id, 3 bytes of length, and as content the tag with 1 byte of length. */
    private static byte[] metadata(String path) {
        byte[] tag = path.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + tag.length)
                .put((byte) (WELL_KNOWN | WellKnownMimeType.MESSAGE_RSOCKET_ROUTING.getIdentifier()))
                .put((byte) 0)
                .putShort((short) (1 + tag.length))
                .put((byte) tag.length)
                .put(tag)
                .array();
    }
}
