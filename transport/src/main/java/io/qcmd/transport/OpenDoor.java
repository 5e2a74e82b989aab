package io.qcmd.transport;

import io.rsocket.DuplexConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;

/** A bound server and those who came in. */
final class OpenDoor implements Listener {
    private final DisposableServer server;
    private final Set<DuplexConnection> sessions;
    private final Runnable afterwards;

    OpenDoor(DisposableServer server, Set<DuplexConnection> sessions, Runnable afterwards) {
        this.server = server;
        this.sessions = sessions;
        this.afterwards = afterwards;
    }

    @Override
    public SocketAddress address() {
        return server.address();
    }

    @Override
    public int port() {
        if (address() instanceof InetSocketAddress tcp) {
            return tcp.getPort();
        }
        throw new IllegalStateException("a Unix socket has no port");
    }

    @Override
    public int sessions() {
        return sessions.size();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
                    server.dispose();
                    return server.onDispose();
                })
                .doFinally(end -> {
                    sessions.forEach(DuplexConnection::dispose);
                    afterwards.run();
                });
    }
}
