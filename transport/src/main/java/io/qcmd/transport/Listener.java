package io.qcmd.transport;

import java.net.SocketAddress;
import reactor.core.publisher.Mono;

/** An open door. Thread-safe. */
public interface Listener {
    SocketAddress address();

    /** The TCP port; a Unix socket has none: IllegalStateException. */
    int port();

    /** Connections that are open now. */
    int sessions();

    /** Closes the door and the sessions that came through it; ends when no new one can come. Idempotent. */
    Mono<Void> close();
}
