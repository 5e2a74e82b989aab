package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream of bytes into frames, each still with its 3 bytes of length. A length over the limit fails when it is read, before a byte of that frame is kept;
 * the first frame of a stranger has a limit of its own.
 */
final class FrameLengths extends LengthFieldBasedFrameDecoder {
    static final int FIELD = 3;

    private final int most;
    private int mostNow;
    private boolean refused;

    FrameLengths(GuardRules rules) {
        super(rules.frameBytes() + FIELD, 0, FIELD, 0, 0, true);
        this.most = rules.frameBytes();
        this.mostNow = rules.side().asks() ? GuardRules.SETUP_BYTES : most;
    }

    @Override
    protected long getUnadjustedFrameLength(ByteBuf buffer, int offset, int length, ByteOrder order) {
        long frame = buffer.getUnsignedMedium(offset);
        if (frame > mostNow) {
            refused = true;
            throw new TooLongFrameException("a frame of " + frame + " bytes; at most " + mostNow);
        }
        return frame;
    }

    @Override
    protected @Nullable Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
        if (refused) {
            // One error is enough: until the connection is closed the rest is read and forgotten.
            in.skipBytes(in.readableBytes());
            return null;
        }
        Object frame = super.decode(context, in);
        if (frame != null) {
            mostNow = most;
        }
        return frame;
    }
}
