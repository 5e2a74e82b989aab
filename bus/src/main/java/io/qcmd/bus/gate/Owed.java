package io.qcmd.bus.gate;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.qcmd.bus.topic.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Sessions with something to say that may wait. SETTLED is what nobody waits for: on a busy minion it rides with the next message or GO, in one write, and one sweep for
 * all sends the rest. Each session is in here at most once. Thread-safe.
 */
final class Owed {
    /** The longest that it waits; an agent keeps a result for as long. */
    static final long WITHIN_MILLIS = 50;

    private final BlockingQueue<AgentSession> sessions = new LinkedBlockingQueue<>();

    void by(AgentSession session) {
        sessions.add(session);
    }

    Disposable sweep(Scheduler scheduler) {
        return scheduler.schedulePeriodically(this::send, WITHIN_MILLIS, WITHIN_MILLIS, MILLISECONDS);
    }

    private void send() {
        List<AgentSession> all = new ArrayList<>();
        sessions.drainTo(all);
        Loops.each(all, AgentSession::loop, AgentSession::sendOwed);
    }
}
