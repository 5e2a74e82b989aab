package io.qcmd.bench;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.rsocket.ConnectionSetupPayload;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketServer;
import io.rsocket.transport.netty.RSocketLengthCodec;
import io.rsocket.transport.netty.TcpDuplexConnection;
import io.rsocket.util.DefaultPayload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

/**
 * The limit of the cable: RSocket as it comes, no guard, no logic, no store. A minion has a stream down and a channel up; a round is one small frame down to each,
 * from its own event loop, and one back. {@code round N} tells the nanoseconds until the last of N answers.
 */
final class BareServerMain {
    /** Between two chunks of a round an event loop reads. */
    private static final int CHUNK = 64;

    private static final int FRAME_BYTES = 64 * 1_024;
    private static final int BACKLOG = 4_096;
    private static final int SECONDS = 120;

    private final Map<EventLoop, List<Session>> sessions = new ConcurrentHashMap<>();
    private volatile CountDownLatch answers = new CountDownLatch(0);

    private BareServerMain() {}

    public static void main(String[] args) throws IOException {
        BareServerMain bare = new BareServerMain();
        DisposableServer server = TcpServer.create()
                .host("127.0.0.1")
                .port(0)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .doOnConnection(bare::enter)
                .bindNow();
        new Orders()
                .on("port", words -> String.valueOf(server.port()))
                .on("round", words -> bare.round(Integer.parseInt(words[0])))
                .obey();
        System.exit(0);
    }

    private void enter(Connection connection) {
        Session session = new Session();
        connection.addHandlerLast(new RSocketLengthCodec(FRAME_BYTES));
        EventLoop loop = connection.channel().eventLoop();
        sessions.computeIfAbsent(loop, any -> new ArrayList<>()).add(session);
        RSocketServer.create((ConnectionSetupPayload setup, RSocket socket) -> Mono.just(session))
                .asConnectionAcceptor(FRAME_BYTES)
                .apply(new TcpDuplexConnection("server", connection))
                .then(Mono.<Void>never())
                .subscribe(connection.disposeSubscriber());
    }

    private String round(int minions) throws InterruptedException {
        CountDownLatch all = new CountDownLatch(minions);
        answers = all;
        long start = System.nanoTime();
        sessions.forEach((loop, own) -> loop.execute(() -> send(loop, own, 0)));
        if (!all.await(SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(all.getCount() + " answers are missing after " + SECONDS + " s");
        }
        return String.valueOf(System.nanoTime() - start);
    }

    private static void send(EventLoop loop, List<Session> own, int from) {
        int to = Math.min(own.size(), from + CHUNK);
        own.subList(from, to).forEach(Session::send);
        if (to < own.size()) {
            loop.execute(() -> send(loop, own, to));
        }
    }

    private final class Session implements RSocket {
        private final Sinks.Many<Payload> down = Sinks.many().unicast().onBackpressureBuffer();

        void send() {
            down.tryEmitNext(DefaultPayload.create(BareClientsMain.FRAME)).orThrow();
        }

        @Override
        public Flux<Payload> requestStream(Payload request) {
            request.release();
            // The minion counts as connected when it has this one, as an agent does with the answer to its HELLO.
            send();
            return down.asFlux();
        }

        @Override
        public Flux<Payload> requestChannel(Publisher<Payload> up) {
            return Flux.from(up)
                    .doOnNext(answer -> {
                        answer.release();
                        answers.countDown();
                    })
                    .thenMany(Flux.never());
        }
    }
}
