package io.qcmd.agent;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.fault.FailPoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * One connection, from its HELLO to its end.
 *
 * <pre>
 *   HELLO ─ Reconciled(last) ─▶ request(1) ─ message ─▶ READY ─ GO ──▶ the command runs
 *                                  ▲                     │ └─ VOID ─▶ forgotten
 *                                  │                     └ REFUSED
 *                                  └─ a slot is free, and the last message was answered
 * </pre>
 *
 * <p>What was asked for, READY and its message die with the session: a GO that comes later, on another session, or for anything but the READY in hand starts
 * nothing. What got GO belongs to the {@link Agent} and goes on.
 *
 * <p>The methods that take what the bus says may be called by any thread; each is a turn of the core. All others are called within turns.
 */
final class Session {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    /** In {@code ack_timeout}s: the bus asks its ledger about every entry, and may have to find out about a clone. */
    private static final int HELLO_PATIENCE = 3;

    private final Agent agent;
    private final Link link;
    private final Outbox outbox;
    private final Uploads uploads;
    private final Pulse pulse;
    private Disposable greeting = Disposables.disposed();
    private boolean greeted;
    private boolean reconciled;
    private boolean closed;
    private boolean asked;
    private @Nullable Offer offer;

    /** The message that was answered with READY. */
    private record Offer(Message message, long goBy, Disposable alarm) {}

    Session(Agent agent, Link link) {
        this.agent = agent;
        this.link = link;
        this.outbox = new Outbox(link);
        this.uploads = new Uploads(agent, link, outbox);
        this.pulse = new Pulse(agent, link, outbox);
    }

    // What the link says.

    void received(List<Control> controls) {
        agent.turn(() -> controls.forEach(this::on));
    }

    void received(Message message) {
        agent.turn(() -> on(message));
    }

    /** The bus has asked for more frames. */
    void credit() {
        agent.turn(() -> {
            pulse.tell();
            pump();
        });
    }

    /** The connection is gone. */
    void closed() {
        agent.turn(this::end);
    }

    // What the agent says.

    /** HELLO, once; the journal must be at rest. */
    void greet() {
        if (greeted || closed) {
            return;
        }
        greeted = true;
        agent.hello().forEach(outbox::add);
        Duration patience = agent.settings().ackTimeout().multipliedBy(HELLO_PATIENCE);
        greeting = agent.after(patience, () -> close("HELLO was not answered within " + patience));
    }

    /** Asks for one message, if none is owed or in hand and the agent has room. */
    void ask() {
        if (reconciled && !closed && !asked && offer == null && agent.hasRoom()) {
            asked = true;
            link.requestCommand();
        }
    }

    /** It runs for a while now. */
    void announce(JobId job) {
        uploads.announce(job);
    }

    /** There is more output. */
    void output() {
        uploads.output();
    }

    /** Sends what may be sent. */
    void pump() {
        uploads.pump();
    }

    /** A command that got GO could not be started. Before HELLO is reconciled it goes without saying: HELLO has no entry of it. */
    void notStarted(Return refused) {
        if (uploads.remove(refused.job())) {
            outbox.add(new Report.Done(refused));
            ask();
        }
    }

    void flush() {
        if (!closed) {
            outbox.flush();
        }
    }

    void close(String reason) {
        if (!closed) {
            end();
            link.close(reason);
        }
    }

    // Within the session.

    private void on(Message message) {
        if (closed) {
            return;
        }
        if (!asked || agent.tasks().has(message.job())) {
            close("message " + message.job() + (asked ? " is in the journal already" : " was not asked for"));
            return;
        }
        asked = false;
        if (agent.isDraining()) {
            // Not refused, which would be its end: without an answer it goes back to the Channel and waits for the next
            // life.
            close("the agent is being stopped");
            return;
        }
        Optional<String> refusal = agent.refusal(message);
        if (refusal.isPresent()) {
            outbox.add(new Report.Refused(message.job(), refusal.get()));
            ask();
        } else {
            FailPoint.AGENT_BEFORE_READY.hit();
            Duration patience = agent.settings().ackTimeout();
            Disposable alarm = agent.after(patience, () -> close("neither GO nor VOID within " + patience));
            offer = new Offer(message, agent.now() + patience.toNanos(), alarm);
            outbox.add(new Report.Ready(message.job()));
        }
    }

    private void on(Control control) {
        if (closed) {
            return;
        }
        if (control instanceof Control.Go go) {
            go(go);
        } else if (control instanceof Control.Voided voided) {
            withdraw(voided.job());
        } else if (control instanceof Control.Committed committed) {
            uploads.committed(committed);
        } else if (control instanceof Control.Settled settled) {
            settled.jobs().forEach(this::settled);
            pump();
            ask();
        } else if (control instanceof Control.Cancel cancel) {
            cancel(cancel);
        } else if (control instanceof Control.Ping ping) {
            outbox.add(new Report.Pong(ping.nonce()));
        } else if (control instanceof Control.Reconciled answer) {
            reconciled(answer);
        }
    }

    private void go(Control.Go go) {
        Offer permitted = taken(go.job());
        if (permitted == null) {
            log.warn("GO for {}, which is not in hand: nothing starts", go.job());
            return;
        }
        // The alarm may be as late as this GO, when the whole agent was stopped for a while.
        if (agent.now() >= permitted.goBy()) {
            close("GO for " + go.job() + " came after " + agent.settings().ackTimeout());
            return;
        }
        uploads.begin(agent.tasks().run(permitted.message()), go.windowBytes());
        ask();
    }

    private void withdraw(JobId job) {
        if (taken(job) != null) {
            ask();
        }
    }

    private void cancel(Control.Cancel order) {
        Long killAfter = order.killAfterMillis();
        if (!agent.tasks().cancel(order.job(), killAfter == null ? null : Duration.ofMillis(killAfter))) {
            outbox.add(new Report.NeverStarted(order.job()));
            withdraw(order.job());
        }
    }

    private void settled(JobId job) {
        uploads.remove(job);
        agent.tasks().settle(job);
    }

    private void reconciled(Control.Reconciled answer) {
        link.reconnectWithin(answer.reconnectSpreadMillis());
        answer.verdicts().forEach(this::follow);
        pump();
        if (answer.last()) {
            reconciled = true;
            greeting.dispose();
            pulse.begin();
            ask();
        }
    }

    private void follow(Control.Verdict verdict) {
        Task task = agent.tasks().of(verdict.job());
        if (verdict.kind() == Control.Verdict.Kind.SETTLED) {
            settled(verdict.job());
        } else if (task != null) {
            uploads.resume(task, verdict);
            if (verdict.kind() == Control.Verdict.Kind.CANCEL) {
                // The time that it has, if it has one, comes right after.
                task.cancel(null);
            }
        }
    }

    /** The offer, no longer in hand, if it is of this job. */
    private @Nullable Offer taken(JobId job) {
        Offer held = offer;
        if (held == null || !held.message().job().equals(job)) {
            return null;
        }
        held.alarm().dispose();
        offer = null;
        return held;
    }

    private void end() {
        if (closed) {
            return;
        }
        closed = true;
        greeting.dispose();
        pulse.end();
        uploads.clear();
        if (offer != null) {
            offer.alarm().dispose();
            offer = null;
        }
        agent.ended(this);
    }
}
