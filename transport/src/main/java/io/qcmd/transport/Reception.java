package io.qcmd.transport;

import io.qcmd.protocol.Setup;
import io.rsocket.RSocket;
import reactor.core.publisher.Mono;

/** Receives those who came through a door. Called on the event loop of the connection; must not block. */
public interface Reception {
    /**
     * Answers with what serves this session, once per connection. An error rejects the session: a QcmdException is told to the peer, any other is logged and told
     * as INTERNAL. What the handlers fail with is translated in the same way.
     *
     * @param setup of the version that is spoken here; its minion is a claim
     * @param encoding of the data of all messages of this session
     */
    Mono<RSocket> accept(Setup setup, Encoding encoding, Peer peer);
}
