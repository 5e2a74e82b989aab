package io.qcmd.bus.gate;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.qcmd.protocol.MinionId;
import io.qcmd.transport.Violations;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Sessions that have not said all of HELLO yet. Each has its time for it, and a part of it only once another one has come in the name of the same minion. A newcomer
 * alone sends nobody away: else whoever knows a name could keep its agent out by coming again and again. Thread-safe; no session is called while the lock is held.
 */
final class Greetings {
    /** As long the older of two may go on: far more than an agent takes, which says HELLO right after SETUP. */
    private static final Duration BESIDE_A_NEWER_ONE = Duration.ofSeconds(1);

    private final Duration patience;
    private final Clock clock;
    private final Violations violations;
    /** Each with the bus time since when it is here, the oldest first. */
    private final Map<AgentSession, Long> waiting = new LinkedHashMap<>();

    /**
     * @param patience {@code hello_timeout}
     * @param violations where those are counted that are closed
     */
    Greetings(Duration patience, Clock clock, Violations violations) {
        this.patience = patience;
        this.clock = clock;
        this.violations = violations;
    }

    /** Starts the shared look for those whose time is over. */
    Disposable sweep(Duration interval, Scheduler scheduler) {
        return scheduler.schedulePeriodically(
                () -> late().forEach(session -> session.tooLate(violations)),
                interval.toMillis(),
                interval.toMillis(),
                MILLISECONDS);
    }

    /** A session has begun. */
    synchronized AgentSession begin(AgentSession session) {
        waiting.put(session, clock.millis());
        return session;
    }

    /** It has said HELLO, or is gone. */
    synchronized void end(AgentSession session) {
        waiting.remove(session);
    }

    /** Those whose time is over, once. */
    private synchronized List<AgentSession> late() {
        Map<MinionId, AgentSession> newest = new HashMap<>();
        waiting.keySet().forEach(session -> newest.put(session.minion(), session));
        List<AgentSession> late = new ArrayList<>();
        for (Iterator<Map.Entry<AgentSession, Long>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<AgentSession, Long> one = all.next();
            AgentSession session = one.getKey();
            Duration time = newest.get(session.minion()) == session ? patience : BESIDE_A_NEWER_ONE;
            if (clock.millis() - one.getValue() >= time.toMillis()) {
                late.add(session);
                all.remove();
            }
        }
        return late;
    }
}
