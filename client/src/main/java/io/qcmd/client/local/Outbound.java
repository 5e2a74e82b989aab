package io.qcmd.client.local;

import io.qcmd.protocol.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Queue;

/** Frames that wait for the bus to read: 4 MiB, and one more frame. One thread. */
final class Outbound {
    private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
    private long bytes;

    void add(ByteBuffer frame) throws Over {
        if (bytes > Limits.CLIENT_FRAME) {
            throw Over.brokenRule("the bus reads nothing");
        }
        bytes += frame.remaining();
        waiting.add(frame);
    }

    /** Writes what the channel takes; whether that was all. */
    boolean flush(WritableByteChannel channel) throws IOException {
        for (ByteBuffer frame = waiting.peek(); frame != null; frame = waiting.peek()) {
            bytes -= channel.write(frame);
            if (frame.hasRemaining()) {
                return false;
            }
            waiting.remove();
        }
        return true;
    }
}
