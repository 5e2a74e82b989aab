package io.qcmd.agent;

import io.qcmd.protocol.Report;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Tells the bus how the agent is, and how far its journal has come: at once, then once per {@code health_interval}, as long as the session lives. What is told is always as of now: while the bus
 * asks for no frames nothing is said, and one HEALTH follows when it does. Owned by the session.
 */
final class Pulse {
    private final Agent agent;
    private final Link link;
    private final Outbox outbox;
    private Disposable next = Disposables.disposed();
    private boolean due;
    private long journaled = -1;

    Pulse(Agent agent, Link link, Outbox outbox) {
        this.agent = agent;
        this.link = link;
        this.outbox = outbox;
    }

    void begin() {
        due = true;
        tell();
        next = agent.after(agent.settings().healthInterval(), this::begin);
    }

    /** Says what is due, if it may be said. */
    void tell() {
        if (due && link.hasCredit()) {
            due = false;
            outbox.add(agent.commands().health());
            tellJournal();
        }
    }

    private void tellJournal() {
        long records = agent.journaled();
        if (records != journaled) {
            journaled = records;
            outbox.add(new Report.Journaled(records));
        }
    }

    void end() {
        due = false;
        next.dispose();
    }
}
