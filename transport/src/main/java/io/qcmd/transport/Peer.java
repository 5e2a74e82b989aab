package io.qcmd.transport;

import io.rsocket.Closeable;
import java.net.SocketAddress;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The other end of an accepted connection, as the door found out by itself.
 *
 * @param address of the remote socket; says nothing for a Unix socket
 * @param credentials of the process at the other end; present exactly for Unix sockets
 * @param connection the guarded connection
 */
public record Peer(SocketAddress address, Optional<Credentials> credentials, Closeable connection) {
    /** Closes the connection at once; any thread, idempotent. */
    public void close() {
        connection.dispose();
    }

    /** Ends when the connection has ended, for whatever reason; never fails. */
    public Mono<Void> onClose() {
        return connection.onClose().onErrorComplete();
    }
}
