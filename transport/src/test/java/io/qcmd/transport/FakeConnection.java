package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A connection without a socket: what is sent waits in an embedded channel until {@link #takeAll}. */
final class FakeConnection implements DuplexConnection {
    final List<byte[]> sent = new ArrayList<>();
    final EmbeddedChannel channel;
    boolean disposed;

    @Nullable
    RSocketErrorException lastWords;

    // What waits for ever in a closed fake is no leak.
    private final ByteBufAllocator alloc = new UnpooledByteBufAllocator(false, true);
    private final Sinks.Many<ByteBuf> inbound = Sinks.many().unicast().onBackpressureBuffer();

    FakeConnection(Outbound outbound) {
        channel = new EmbeddedChannel(outbound);
    }

    void receive(byte[] frame) {
        inbound.tryEmitNext(Unpooled.wrappedBuffer(frame)).orThrow();
    }

    /** The peer reads all that was sent. */
    void takeAll() {
        channel.flushOutbound();
        channel.releaseOutbound();
    }

    @Override
    public void sendFrame(int streamId, ByteBuf frame) {
        byte[] bytes = new byte[frame.readableBytes()];
        frame.getBytes(frame.readerIndex(), bytes);
        sent.add(bytes);
        frame.release();
        channel.write(Unpooled.wrappedBuffer(new byte[FrameLengths.FIELD + bytes.length]));
    }

    @Override
    public void sendErrorAndClose(RSocketErrorException error) {
        lastWords = error;
    }

    @Override
    public Flux<ByteBuf> receive() {
        return inbound.asFlux();
    }

    @Override
    public ByteBufAllocator alloc() {
        return alloc;
    }

    @Override
    public SocketAddress remoteAddress() {
        return InetSocketAddress.createUnresolved("peer", 1);
    }

    @Override
    public Mono<Void> onClose() {
        return Mono.never();
    }

    @Override
    public void dispose() {
        disposed = true;
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }
}
