package io.qcmd.client;

import io.qcmd.client.local.Answers;
import io.qcmd.client.local.Ending;
import io.qcmd.client.local.Line;
import io.qcmd.client.local.Question;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.Version;
import io.qcmd.protocol.WireCodec;
import io.qcmd.protocol.WireError;
import io.qcmd.transport.Encoding;
import io.qcmd.transport.KeepAlive;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Questions over the Unix socket of a bus on this host, without Netty. */
final class LocalRequester implements Requester {
    private static final WireCodec CODEC = Encoding.CBOR.codec(WireCodec.Size.LARGE);
    /** Pages asked for at once, as {@link RSocketRequester} does. */
    private static final int PAGES = 8;

    private final BusUrl bus;
    private final Line.Terms terms;
    /** Guarded by this. */
    private @Nullable Line line;

    private boolean closed;

    /** Connects to this bus when first asked; gives up after {@code limit}. */
    LocalRequester(BusUrl bus, Path socket, Duration limit) {
        this.bus = bus;
        KeepAlive keepAlive = KeepAlive.DEFAULT;
        byte[] setup = CODEC.encode(Setup.client(Version.CURRENT));
        terms = new Line.Terms(socket, setup, keepAlive.interval(), keepAlive.lifetime(), limit);
    }

    @Override
    public <A> Mono<A> response(Route route, Object request, Class<A> answer) {
        return Mono.create(sink -> {
            byte[] data = data(request);
            Question question = open().askOne(route.path(), data, new One<>(sink, answer));
            var unused = sink.onCancel(question::cancel);
        });
    }

    @Override
    public <A> Flux<A> stream(Route route, Object request, Class<A> answer) {
        // Nothing waits between line and sink: the line holds the bus to the demand.
        return Flux.<A>create(
                        sink -> {
                            Many<A> many = new Many<>(sink, route, data(request), answer);
                            var unused = sink.onRequest(many::request).onCancel(many::cancel);
                        },
                        FluxSink.OverflowStrategy.IGNORE)
                .limitRate(PAGES);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (line != null) {
            line.close();
        }
    }

    private synchronized Line open() {
        if (closed) {
            throw new QcmdException(ErrorCode.UNREACHABLE, "this client was closed", "make a new one");
        }
        if (line == null || line.isOver()) {
            line = Line.open(terms);
        }
        return line;
    }

    private static byte[] data(Object request) {
        byte[] data = CODEC.encode(request);
        if (data.length > Line.LARGEST) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST, "request: has " + data.length + " bytes; at most " + Line.LARGEST);
        }
        return data;
    }

    private QcmdException failure(Ending how) {
        if (how instanceof Ending.Told told) {
            return WireError.told(told.text());
        }
        return how instanceof Ending.Unreachable away ? Unreachable.because(bus, away.reason()) : new ConnectionLost();
    }

    private final class One<A> implements Answers {
        private final MonoSink<A> sink;
        private final Class<A> answer;
        private boolean answered;

        private One(MonoSink<A> sink, Class<A> answer) {
            this.sink = sink;
            this.answer = answer;
        }

        @Override
        public void next(byte[] data) {
            answered = true;
            try {
                sink.success(CODEC.decode(data, answer));
            } catch (QcmdException e) {
                sink.error(e);
            }
        }

        @Override
        public void ended(Ending how) {
            if (!answered) {
                sink.error(failure(how));
            }
        }
    }

    private final class Many<A> implements Answers {
        private final FluxSink<A> sink;
        private final Route route;
        private final byte[] data;
        private final Class<A> answer;
        /** Null until there is demand. */
        private volatile @Nullable Question question;

        private Many(FluxSink<A> sink, Route route, byte[] data, Class<A> answer) {
            this.sink = sink;
            this.route = route;
            this.data = data;
            this.answer = answer;
        }

        /** At most {@link #PAGES}, by {@code limitRate}. One call at a time. */
        private void request(long n) {
            Question asked = question;
            if (asked == null) {
                question = open().askMany(route.path(), data, (int) n, this);
            } else {
                asked.request((int) n);
            }
        }

        private void cancel() {
            Question asked = question;
            if (asked != null) {
                asked.cancel();
            }
        }

        @Override
        public void next(byte[] bytes) {
            try {
                var unused = sink.next(CODEC.decode(bytes, answer));
            } catch (QcmdException e) {
                cancel();
                sink.error(e);
            }
        }

        @Override
        public void ended(Ending how) {
            if (how instanceof Ending.Complete) {
                sink.complete();
            } else if (!sink.isCancelled()) {
                sink.error(failure(how));
            }
        }
    }
}
