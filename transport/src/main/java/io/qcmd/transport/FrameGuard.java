package io.qcmd.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.TooLongFrameException;
import io.qcmd.protocol.QcmdException;
import io.rsocket.DuplexConnection;
import io.rsocket.RSocketErrorException;
import io.rsocket.frame.ErrorFrameCodec;
import io.rsocket.frame.FrameType;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Stands between a connection and rsocket-core, which trusts its peer, on both sides of the cable. A frame that breaks a rule closes the connection; it costs no memory
 * and never reaches rsocket-core. Frames come in on the event loop, go out from any thread.
 */
final class FrameGuard implements DuplexConnection, Peer.Connection {
    /** How long the last words to a peer may take until the connection is cut. */
    static final long LAST_WORDS_MILLIS = 2_000;

    private final DuplexConnection connection;
    private final GuardRules rules;
    private final Violations violations;
    private final Scheduler scheduler;
    private final Outbound outbound;
    private final Streams streams;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile @Nullable Disposable firstFrame;
    private boolean greeted;
    private long keepAlivePace;

    FrameGuard(
            DuplexConnection connection,
            GuardRules rules,
            Outbound outbound,
            Violations violations,
            Scheduler scheduler) {
        this.connection = connection;
        this.rules = rules;
        this.outbound = outbound;
        this.violations = violations;
        this.scheduler = scheduler;
        this.streams = new Streams(rules, now());
        this.keepAlivePace = now();
        this.greeted = !rules.side().asks();
        this.firstFrame = greeted
                ? null
                : scheduler.schedule(
                        () -> close(Violation.SETUP_LATE), rules.firstFrame().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Flux<ByteBuf> receive() {
        return connection
                .receive()
                .filter(this::admits)
                .doOnError(TooLongFrameException.class, e -> close(Violation.FRAME_LENGTH));
    }

    @Override
    public void sendFrame(int streamId, ByteBuf frame) {
        if (connection.isDisposed()) {
            frame.release();
            return;
        }
        if (streamId != 0) {
            streams.sent(streamId, Frames.type(frame), frame);
        }
        boolean full = outbound.waiting() > rules.outboundBytes();
        if (full || outbound.stalledFor(rules.stall().toNanos())) {
            frame.release();
            close(full ? Violation.OUTBOUND_FULL : Violation.OUTBOUND_STALLED);
            return;
        }
        outbound.add(frame.readableBytes() + FrameLengths.FIELD);
        connection.sendFrame(streamId, frame);
    }

    @Override
    public void sendErrorAndClose(RSocketErrorException error) {
        connection.sendErrorAndClose(error);
        // A peer that does not read would keep the connection open for ever.
        Disposable unused = scheduler.schedule(connection::dispose, LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close(QcmdException why) {
        if (!connection.isDisposed()) {
            sendErrorAndClose(Errors.closed(why));
        }
    }

    @Override
    public ByteBufAllocator alloc() {
        return connection.alloc();
    }

    @Override
    public SocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public Mono<Void> onClose() {
        return connection.onClose();
    }

    @Override
    public void dispose() {
        connection.dispose();
    }

    @Override
    public boolean isDisposed() {
        return connection.isDisposed();
    }

    private boolean admits(ByteBuf frame) {
        if (closing.get()) {
            return false;
        }
        Verdict verdict = judge(frame);
        if (verdict instanceof Verdict.Close broken) {
            close(broken.reason());
        } else if (verdict instanceof Verdict.Busy) {
            int id = Frames.streamId(frame);
            violations.countRequest();
            sendFrame(id, ErrorFrameCodec.encode(alloc(), id, Errors.busy()));
        }
        return verdict instanceof Verdict.Pass;
    }

    private Verdict judge(ByteBuf frame) {
        int length = frame.readableBytes();
        if (length < Frames.HEADER || length > rules.frameBytes()) {
            return Verdict.close(Violation.FRAME_LENGTH);
        }
        if (!greeted) {
            return greeting(frame);
        }
        int id = Frames.streamId(frame);
        FrameType type = Frames.type(frame);
        return id == 0 ? onConnection(type, frame) : onStream(id, type, frame);
    }

    private Verdict greeting(ByteBuf frame) {
        Violation broken = frame.readableBytes() > GuardRules.SETUP_BYTES
                ? Violation.FRAME_LENGTH
                : SetupFrame.check(frame, rules.side());
        if (broken != null) {
            return Verdict.close(broken);
        }
        greeted = true;
        disposeFirstFrame();
        return Verdict.PASS;
    }

    private Verdict onConnection(FrameType type, ByteBuf frame) {
        return switch (type) {
            case KEEPALIVE -> keepAlive(frame);
            case ERROR -> Frames.isWellFormed(frame, type) ? Verdict.PASS : Verdict.close(Violation.FRAME_MALFORMED);
            case SETUP -> Verdict.close(Violation.SETUP_AGAIN);
            default -> Verdict.close(Violation.FRAME_TYPE);
        };
    }

    private Verdict keepAlive(ByteBuf frame) {
        if (frame.readableBytes() != Frames.KEEP_ALIVE_LENGTH) {
            return Verdict.close(Violation.FRAME_LENGTH);
        }
        long next = GuardRules.KEEP_ALIVES.next(keepAlivePace, now());
        if (next == keepAlivePace) {
            return Verdict.close(Violation.KEEP_ALIVE_RATE);
        }
        keepAlivePace = next;
        return Verdict.PASS;
    }

    private Verdict onStream(int id, FrameType type, ByteBuf frame) {
        if (id < 0) {
            return Verdict.close(Violation.STREAM_ID);
        }
        if (!rules.side().allows(type)) {
            return Verdict.close(Violation.FRAME_TYPE);
        }
        if (Frames.isFragment(frame, type)) {
            return Verdict.close(Violation.FRAGMENT);
        }
        if (!Frames.isWellFormed(frame, type)) {
            return Verdict.close(Violation.FRAME_MALFORMED);
        }
        return streams.received(id, type, frame, now());
    }

    /** Counts the reason and tells it to the peer, if it reads. Any thread; once. */
    void close(Violation reason) {
        if (connection.isDisposed() || !closing.compareAndSet(false, true)) {
            return;
        }
        disposeFirstFrame();
        violations.count(reason, connection.remoteAddress());
        if (outbound.waiting() == 0) {
            sendErrorAndClose(Errors.closed(reason));
        } else {
            connection.dispose();
        }
    }

    private void disposeFirstFrame() {
        Disposable timer = firstFrame;
        firstFrame = null;
        if (timer != null) {
            timer.dispose();
        }
    }

    private long now() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }
}
