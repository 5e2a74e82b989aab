package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import io.rsocket.frame.SetupFrameCodec;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The rules for the first frame of a connection. */
final class SetupFrame {
    private static final int VERSION = Frames.HEADER;
    private static final int INTERVAL = VERSION + Integer.BYTES;
    private static final int LIFETIME = INTERVAL + Integer.BYTES;
    private static final int MIME_TYPES = LIFETIME + Integer.BYTES;
    private static final int VERSION_1_0 = 0x0001_0000;

    private SetupFrame() {}

    /** Null if it may pass. */
    static @Nullable Violation check(ByteBuf frame, GuardRules.Side side) {
        if (Frames.type(frame) != FrameType.SETUP || Frames.streamId(frame) != 0) {
            // RESUME can only come first, where SETUP must stand.
            return Frames.type(frame) == FrameType.RESUME ? Violation.SETUP_FEATURE : Violation.SETUP_MISSING;
        }
        if (Frames.has(frame, SetupFrameCodec.FLAGS_RESUME_ENABLE)
                || Frames.has(frame, SetupFrameCodec.FLAGS_WILL_HONOR_LEASE)) {
            return Violation.SETUP_FEATURE;
        }
        int start = frame.readerIndex();
        if (frame.readableBytes() <= MIME_TYPES || frame.getInt(start + VERSION) != VERSION_1_0) {
            return Violation.SETUP_MALFORMED;
        }
        if (!KeepAlive.accepts(frame.getInt(start + INTERVAL), frame.getInt(start + LIFETIME))) {
            return Violation.SETUP_KEEP_ALIVE;
        }
        return checkRest(frame.slice(start + MIME_TYPES, frame.readableBytes() - MIME_TYPES), side, hasMetadata(frame));
    }

    private static boolean hasMetadata(ByteBuf frame) {
        return Frames.has(frame, FrameHeaderCodec.FLAGS_M);
    }

    private static @Nullable Violation checkRest(ByteBuf rest, GuardRules.Side side, boolean metadata) {
        String metadataType = mimeType(rest);
        String dataType = metadataType == null ? null : mimeType(rest);
        if (dataType == null) {
            return Violation.SETUP_MALFORMED;
        }
        // No metadata is needed in SETUP; rsocket-core would read its length unchecked.
        if (metadata) {
            return Violation.SETUP_FEATURE;
        }
        boolean known = side == GuardRules.Side.AGENT_AT_BUS
                ? dataType.equals(Encoding.CBOR.mimeType())
                : Encoding.find(dataType).isPresent();
        return known && Payloads.METADATA_MIME_TYPE.equals(metadataType) ? null : Violation.SETUP_MIME;
    }

    private static @Nullable String mimeType(ByteBuf rest) {
        if (!rest.isReadable()) {
            return null;
        }
        int length = rest.readUnsignedByte();
        return length <= rest.readableBytes()
                ? rest.readCharSequence(length, StandardCharsets.US_ASCII).toString()
                : null;
    }
}
