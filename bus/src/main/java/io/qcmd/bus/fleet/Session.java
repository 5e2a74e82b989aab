package io.qcmd.bus.fleet;

import io.qcmd.bus.topic.Link;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A live session of a minion, as far as the fleet needs it. Thread-safe. */
public interface Session extends Link {
    /** PING on the control lane; completes with the round trip. An agent that is silent: never; a session that ends: empty. */
    Mono<Duration> ping();

    /** When a frame of the agent was read last; bus time in milliseconds. */
    long lastSeen();
}
