package io.qcmd.transport;

import io.qcmd.protocol.QcmdException;
import io.rsocket.Closeable;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import reactor.core.publisher.Mono;

/**
 * The other end of an accepted connection, as the door found out by itself.
 *
 * @param address of the remote socket; says nothing for a Unix socket
 * @param credentials of the process at the other end; present exactly for Unix sockets
 * @param connection the guarded connection
 * @param loop the connection's event loop: frames that are sent from there change no thread
 */
public record Peer(SocketAddress address, Optional<Credentials> credentials, Connection connection, Executor loop) {
    /** A connection that can be ended with a reason. */
    public interface Connection extends Closeable {
        /** Tells the peer why, then closes; within 2 s also when the peer does not read. Any thread, idempotent. */
        void close(QcmdException why);
    }

    /** Closes the connection at once; any thread, idempotent. */
    public void close() {
        connection.dispose();
    }

    /** Tells the peer why, then closes the connection; any thread, idempotent. */
    public void close(QcmdException why) {
        connection.close(why);
    }

    /** Ends when the connection has ended, for whatever reason; never fails. */
    public Mono<Void> onClose() {
        return connection.onClose().onErrorComplete();
    }
}
