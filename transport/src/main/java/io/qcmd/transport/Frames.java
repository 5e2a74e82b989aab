package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.rsocket.frame.FrameHeaderCodec;
import io.rsocket.frame.FrameType;
import java.util.Arrays;

/**
 * Reads the fixed part of a frame without moving its indexes and without trusting it. rsocket-core's own codecs throw, or read past what they were told, where the
 * lengths inside a frame lie.
 *
 * @see <a href="https://github.com/rsocket/rsocket/blob/master/Protocol.md#framing">RSocket, framing</a>
 */
final class Frames {
    /** Stream id, type and flags. */
    static final int HEADER = 6;

    static final int KEEP_ALIVE_LENGTH = HEADER + Long.BYTES;

    private static final int WITH_NUMBER = HEADER + Integer.BYTES;
    private static final int TYPE_SHIFT = 10;
    private static final int FLAGS_MASK = 0x3FF;
    private static final FrameType[] TYPES = types();

    private Frames() {}

    static int streamId(ByteBuf frame) {
        return frame.getInt(frame.readerIndex());
    }

    /** RESERVED for one that is not known. */
    static FrameType type(ByteBuf frame) {
        return TYPES[frame.getUnsignedShort(frame.readerIndex() + 4) >>> TYPE_SHIFT];
    }

    static boolean isNext(ByteBuf frame) {
        return has(frame, FrameHeaderCodec.FLAGS_N);
    }

    static boolean isComplete(ByteBuf frame) {
        return has(frame, FrameHeaderCodec.FLAGS_C);
    }

    static boolean isFragment(ByteBuf frame, FrameType type) {
        return type.isFragmentable() && has(frame, FrameHeaderCodec.FLAGS_F);
    }

    /** Of REQUEST_N, REQUEST_STREAM and REQUEST_CHANNEL; not positive if the peer says so. */
    static int requestN(ByteBuf frame) {
        return frame.getInt(frame.readerIndex() + HEADER);
    }

    static boolean has(ByteBuf frame, int flag) {
        return (frame.getUnsignedShort(frame.readerIndex() + 4) & FLAGS_MASK & flag) == flag;
    }

    /** Whether the lengths inside a frame on a stream agree with its own. */
    static boolean isWellFormed(ByteBuf frame, FrameType type) {
        int length = frame.readableBytes();
        return switch (type) {
            case CANCEL -> length == HEADER;
            case REQUEST_N -> length == WITH_NUMBER;
            case ERROR -> length >= WITH_NUMBER;
            case REQUEST_RESPONSE -> hasWholeMetadata(frame, HEADER);
            case REQUEST_STREAM, REQUEST_CHANNEL -> hasWholeMetadata(frame, WITH_NUMBER);
            case PAYLOAD -> (isNext(frame) || isComplete(frame)) && hasWholeMetadata(frame, HEADER);
            default -> false;
        };
    }

    private static boolean hasWholeMetadata(ByteBuf frame, int fixed) {
        int rest = frame.readableBytes() - fixed;
        if (rest < 0 || !has(frame, FrameHeaderCodec.FLAGS_M)) {
            return rest >= 0;
        }
        return rest >= 3 && frame.getUnsignedMedium(frame.readerIndex() + fixed) <= rest - 3;
    }

    private static FrameType[] types() {
        FrameType[] types = new FrameType[64];
        Arrays.fill(types, FrameType.RESERVED);
        for (FrameType type : FrameType.values()) {
            // The synthetic types of rsocket-core have codes that no frame can hold.
            if (type.getEncodedType() < types.length) {
                types[type.getEncodedType()] = type;
            }
        }
        return types;
    }
}
