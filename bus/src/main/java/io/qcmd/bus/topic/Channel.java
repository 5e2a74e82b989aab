package io.qcmd.bus.topic;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.util.Comparator;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The bounded, expiring queue behind a Topic, and the only place where a message waits. One session at a time takes from it.
 *
 * <pre>
 *   put ─▶ [ oldest … newest ] ─ offer ─▶ slot ─ permit ─▶ GO
 *            │ evict   │ expire             │ refuse, expire, cancel ─▶ VOID
 *            ▼         ▼                    │ release (link broken) ─▶ back to the head
 *         DROPPED   EXPIRED
 * </pre>
 *
 * <p>A message is emitted only against demand and only while the slot is empty; with the emission it becomes the slot. Until GO it belongs to the bus alone:
 * time, a cancel or a broken link decide it here, at once. GO or VOID is the answer to the agent's READY, in one turn. The slot is held until that answer,
 * also when its target has ended meanwhile, as the agent still holds the message.
 *
 * <p>Full: first what has expired goes, else the oldest is evicted and counted. The slot does not count. What comes back keeps its place in acceptance order,
 * and may exceed the capacity.
 *
 * <p>Thread-safe: every verb is one turn of the Topic ({@link Turns}). The numbers may be read by anyone.
 */
public final class Channel {
    private static final Comparator<Envelope> ACCEPTANCE = Comparator.comparingLong(Envelope::order);

    private final MinionId minion;
    private final ChannelSettings settings;
    private final Fates fates;
    private final Turns turns;

    // Owned by the turns.
    private final Queue<Envelope> queue = new PriorityQueue<>(1, ACCEPTANCE);
    private boolean paused;

    // Written in turns, read by anyone.
    private volatile @Nullable Handoff handoff;
    private volatile @Nullable Slot slot;
    private volatile int queued;
    /** Nothing is out of time before; what has left meanwhile makes it too early, until the next sweep. */
    private volatile long dueAt = Long.MAX_VALUE;

    private volatile long dropped;
    private volatile long expired;

    /** The one message that was emitted and is not answered yet. Its target may have ended already: then every move of it is refused. */
    private record Slot(Envelope envelope, long answerBy) {}

    Channel(MinionId minion, ChannelSettings settings, Fates fates, Turns turns) {
        this.minion = minion;
        this.settings = settings;
        this.fates = fates;
        this.turns = turns;
    }

    /** Takes a message in; a full Channel makes room. Called by the Topic, within its turn; whoever publishes asks for the offer, once all have the message. */
    void put(Envelope envelope) {
        makeRoom(envelope.job());
        queue(envelope);
        queued = queue.size();
    }

    /** Hands the head over, if somebody asks for it. */
    void offerNow() {
        turns.run(this::offer);
    }

    /** Where that is best done: where the frames of the current session are written. Without a session there is nothing to do. */
    Executor loop() {
        Handoff current = handoff;
        return current == null ? Runnable::run : current.link().loop();
    }

    /**
     * A fresh hand-off for a session whose HELLO was reconciled; it ends the one before. The stream never fails; it ends when a newer one comes. Cancelling it,
     * as a broken connection does, releases the slot.
     */
    public Flux<Envelope> envelopes(Link link) {
        return Flux.defer(() -> {
            Handoff fresh = new Handoff(link);
            turn(() -> connect(fresh));
            return fresh.envelopes(() -> turns.run(this::offer)).doFinally(end -> release(fresh));
        });
    }

    /** READY: GO if the message is still wanted, else VOID. From a session that is no longer the current one: nothing. */
    public void permit(JobId job, Link link) {
        turn(() -> {
            if (freeSlot(job, link) && fates.move(job, minion, TargetState.ACCEPTED, null)) {
                link.send(new Control.Go(job, Limits.FIRST_WINDOW));
            } else if (isCurrent(link)) {
                link.send(new Control.Voided(job));
            }
        });
    }

    /** REFUSED: the agent will not run it. */
    public void refuse(JobId job, Link link, String reason) {
        turn(() -> {
            if (freeSlot(job, link)) {
                end(job, TargetState.REJECTED, reason);
            }
        });
    }

    /**
     * Cancels the target if it has no GO; otherwise nothing.
     *
     * @param then runs in the same turn: GO was given before, or never will be
     */
    public void cancel(JobId job, Runnable then) {
        turn(() -> {
            endQueued(envelope -> envelope.job().equals(job), TargetState.CANCELLED, null);
            if (job.equals(slot())) {
                end(job, TargetState.CANCELLED, null);
            }
            then.run();
        });
    }

    /** Takes up a message that waited when the bus stopped, and whose minion had no session since its release: QUEUED again, if time is left. */
    public void restore(Envelope envelope) {
        turn(() -> takeBack(envelope, obstacle()));
    }

    /**
     * Takes back a message whose agent proved that it never started it: QUEUED again, if time is left and its target has no end.
     *
     * @param stillProved asked in the turn: a GO that was given meanwhile, to a newer session, must not be taken back by what an older one said
     */
    public void requeue(Envelope envelope, BooleanSupplier stillProved) {
        turn(() -> {
            if (stillProved.getAsBoolean()) {
                takeBack(envelope, "its agent proved that it never started it, and its time was over");
            }
        });
    }

    /**
     * A session is over: its stream ends and what was in the slot goes back. Of one that is not the current one: nothing.
     *
     * @param then runs in the same turn: no GO will be given to that session
     */
    public void release(Link link, Runnable then) {
        turn(() -> {
            if (handoff != null && handoff.link() == link) {
                handoff.complete();
                detach();
            }
            then.run();
        });
    }

    /** The hand-off ended: what was in the slot goes back to the head, unless its target has ended or expired. Once per hand-off; later calls do nothing. */
    private void release(Handoff ended) {
        turn(() -> {
            if (handoff == ended) {
                detach();
            }
        });
    }

    /** Nothing is offered any more: what waits goes on to wait and expires. The message in the slot is answered as ever. Idempotent. */
    public void pause() {
        turns.run(() -> paused = true);
    }

    /** Offers again, at once. Idempotent. */
    public void resume() {
        turn(() -> paused = false);
    }

    /** Ends what is out of time: the queued, the slot, and a session that owes an answer for longer than {@code ack_timeout}. */
    void expire() {
        turn(() -> {
            endExpired();
            expireSlot("it was offered, and no READY came");
            if (slot != null && handoff != null && slot.answerBy <= settings.now()) {
                Link silent = handoff.link();
                detach();
                silent.close("neither READY nor REFUSED within " + settings.ackTimeout());
            }
            dueAt = nextDue();
        });
    }

    /** Whether {@link #expire} may find something to do; costs no turn. */
    boolean isDue(long now) {
        return dueAt <= now;
    }

    public int queued() {
        return queued;
    }

    public int capacity() {
        return settings.capacity();
    }

    /** The job in the slot; null: none. */
    public @Nullable JobId slot() {
        Slot held = slot;
        return held == null ? null : held.envelope.job();
    }

    /** The {@code dropcount}: evictions since the Channel was made. */
    public long dropped() {
        return dropped;
    }

    /** Messages whose time was over before GO, since the Channel was made. */
    public long expired() {
        return expired;
    }

    /** Every verb is one turn, and every turn ends with an offer. */
    private void turn(Runnable verb) {
        turns.run(() -> {
            verb.run();
            offer();
        });
    }

    // Everything below runs within a turn.

    /** The head goes out if somebody asks for it. One at most, as it fills the slot. */
    private void offer() {
        if (handoff != null && slot == null && !paused) {
            Envelope head = queue.peek();
            while (head != null && isExpired(head)) {
                end(queue.remove().job(), TargetState.EXPIRED, obstacle());
                head = queue.peek();
            }
            if (head != null && handoff.offer(head)) {
                slot = new Slot(
                        queue.remove(), settings.now() + settings.ackTimeout().toMillis());
                dueAt = Math.min(dueAt, slot.answerBy);
                fates.move(head.job(), minion, TargetState.OFFERED, null);
                FailPoint.BUS_AFTER_OFFER.hit();
            }
        }
        queued = queue.size();
    }

    private void makeRoom(JobId newer) {
        if (queue.size() >= settings.capacity()) {
            endExpired();
        }
        if (queue.size() >= settings.capacity()) {
            String reason = "channel_capacity " + settings.capacity() + " was reached; evicted by job " + newer;
            end(queue.remove().job(), TargetState.DROPPED, reason);
        }
    }

    private void connect(Handoff fresh) {
        Handoff older = handoff;
        detach();
        if (older != null) {
            older.complete();
        }
        handoff = fresh;
    }

    private void detach() {
        Slot held = slot;
        handoff = null;
        slot = null;
        if (held != null) {
            takeBack(held.envelope, "the link broke before GO");
        }
    }

    private void takeBack(Envelope envelope, String why) {
        if (isExpired(envelope)) {
            end(envelope.job(), TargetState.EXPIRED, why);
        } else if (fates.move(envelope.job(), minion, TargetState.QUEUED, null)) {
            queue(envelope);
        }
    }

    private void queue(Envelope envelope) {
        queue.add(envelope);
        dueAt = Math.min(dueAt, envelope.expiresAt());
    }

    /** Whether this session answers what is in the slot; the slot is empty then. */
    private boolean freeSlot(JobId job, Link link) {
        if (!isCurrent(link) || !job.equals(slot())) {
            return false;
        }
        expireSlot("READY came after its time");
        slot = null;
        return true;
    }

    private boolean isCurrent(Link link) {
        return handoff != null && handoff.link() == link;
    }

    /** When the next one is out of time. */
    private long nextDue() {
        long due = queue.stream().mapToLong(Envelope::expiresAt).min().orElse(Long.MAX_VALUE);
        if (slot != null) {
            due = Math.min(due, slot.answerBy);
            due = isExpired(slot.envelope) ? due : Math.min(due, slot.envelope.expiresAt());
        }
        return due;
    }

    private void expireSlot(String why) {
        if (slot != null && isExpired(slot.envelope)) {
            end(slot.envelope.job(), TargetState.EXPIRED, why);
        }
    }

    private void endExpired() {
        endQueued(this::isExpired, TargetState.EXPIRED, obstacle());
    }

    /** Why what waits has not gone out. The same words for all minions, so that a screen can say it once. */
    private String obstacle() {
        if (handoff == null) {
            return "the minion had no session";
        }
        if (paused) {
            return "the minion was quarantined";
        }
        return slot == null ? "its agent asked for no message in time" : "an earlier message had no answer yet";
    }

    private void endQueued(Predicate<Envelope> which, TargetState end, @Nullable String reason) {
        for (Iterator<Envelope> all = queue.iterator(); all.hasNext(); ) {
            Envelope envelope = all.next();
            if (which.test(envelope)) {
                all.remove();
                end(envelope.job(), end, reason);
            }
        }
    }

    /** Counted only if it became the fate: the first writer wins. */
    private void end(JobId job, TargetState end, @Nullable String reason) {
        if (fates.move(job, minion, end, reason)) {
            if (end == TargetState.DROPPED) {
                dropped++;
            } else if (end == TargetState.EXPIRED) {
                expired++;
            }
        }
    }

    private boolean isExpired(Envelope envelope) {
        return envelope.expiresAt() <= settings.now();
    }
}
