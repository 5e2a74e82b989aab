package io.qcmd.bench;

import io.netty.channel.ChannelOption;
import io.qcmd.transport.KeepAlive;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.util.DefaultPayload;
import java.io.IOException;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;

/** The other end of {@link BareServerMain}: {@code connect N PORT} connects minions that answer each frame with a frame. */
final class BareClientsMain {
    /** As many bytes as a small command has, or a small result. */
    static final byte[] FRAME = new byte[100];

    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int CONNECTING = 256;

    private final Mono<RSocket> connection;
    private final Disposable.Composite streams = Disposables.composite();

    private BareClientsMain(int port) {
        TcpClient tcp = TcpClient.create(ConnectionProvider.newConnection())
                .host("127.0.0.1")
                .port(port)
                .option(ChannelOption.TCP_NODELAY, true);
        connection = RSocketConnector.create()
                .keepAlive(KeepAlive.DEFAULT.interval(), KeepAlive.DEFAULT.lifetime())
                .connect(TcpClientTransport.create(tcp));
    }

    public static void main(String[] args) throws IOException {
        new Orders()
                .on(
                        "connect",
                        words -> new BareClientsMain(Integer.parseInt(words[1])).connect(Integer.parseInt(words[0])))
                .obey();
        System.exit(0);
    }

    private String connect(int minions) {
        long start = System.nanoTime();
        Flux.range(0, minions)
                .flatMap(number -> connection.flatMap(this::open), CONNECTING)
                .then()
                .block(LIMIT);
        return String.valueOf(System.nanoTime() - start);
    }

    /** Completes with the first frame from the server. */
    private Mono<Void> open(RSocket socket) {
        Sinks.Empty<Void> welcome = Sinks.empty();
        Sinks.Many<Payload> up = Sinks.many().unicast().onBackpressureBuffer();
        up.tryEmitNext(DefaultPayload.create(FRAME)).orThrow();
        streams.add(socket.requestChannel(up.asFlux()).subscribe());
        streams.add(socket.requestStream(DefaultPayload.create(FRAME)).subscribe(frame -> {
            frame.release();
            if (welcome.tryEmitEmpty() != Sinks.EmitResult.OK) {
                up.tryEmitNext(DefaultPayload.create(FRAME)).orThrow();
            }
        }));
        return welcome.asMono();
    }
}
