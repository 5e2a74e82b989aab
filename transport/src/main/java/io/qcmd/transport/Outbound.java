package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.scheduler.Scheduler;

/**
 * What waits to be read by the peer: counted when rsocket-core hands a frame over, released when the socket has taken it. Between the two it stands in rsocket-core's
 * queue, which has no limit, and in Netty's. Stands in the pipeline of its connection; frames may be added by any thread.
 */
final class Outbound extends ChannelOutboundHandlerAdapter {
    private final Scheduler clock;
    private final AtomicLong waiting = new AtomicLong();
    /** When the socket took something, or when something began to wait. */
    private volatile long progressNanos;

    Outbound(Scheduler clock) {
        this.clock = clock;
    }

    void add(int bytes) {
        if (waiting.get() == 0) {
            // Before it is counted: another thread that sends meanwhile would find something waiting since the last
            // time, or since ever.
            progressNanos = now();
        }
        waiting.addAndGet(bytes);
    }

    long waiting() {
        return waiting.get();
    }

    /** Nothing was taken for longer than that, although something waits. */
    boolean stalledFor(long nanos) {
        return waiting.get() > 0 && now() - progressNanos > nanos;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf frame) {
            int bytes = frame.readableBytes();
            context.write(message, promise.unvoid().addListener(written -> taken(bytes)));
        } else {
            context.write(message, promise);
        }
    }

    private void taken(int bytes) {
        waiting.addAndGet(-bytes);
        progressNanos = now();
    }

    private long now() {
        return clock.now(TimeUnit.NANOSECONDS);
    }
}
