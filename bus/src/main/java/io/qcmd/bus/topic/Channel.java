package io.qcmd.bus.topic;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.TargetState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
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
    private final MinionId minion;
    private final ChannelSettings settings;
    private final Fates fates;
    private final Turns turns;

    // Owned by the turns.
    private final Deque<Envelope> queue = new ArrayDeque<>(2);
    private @Nullable Handoff handoff;
    private @Nullable Slot slot;

    // Written in turns, read by anyone.
    private volatile int queued;
    private volatile @Nullable JobId offered;
    private volatile long dropped;
    private volatile long expired;

    /** The one message that was emitted and has no GO yet. */
    private static final class Slot {
        private final Envelope envelope;
        private final long answerBy;
        private boolean ended;

        Slot(Envelope envelope, long answerBy) {
            this.envelope = envelope;
            this.answerBy = answerBy;
        }
    }

    Channel(MinionId minion, ChannelSettings settings, Fates fates, Turns turns) {
        this.minion = minion;
        this.settings = settings;
        this.fates = fates;
        this.turns = turns;
    }

    /** Takes a message in; a full Channel makes room. Called by the Topic, within its turn. */
    void put(Envelope envelope) {
        if (queue.size() >= settings.capacity()) {
            expireQueued();
        }
        if (queue.size() >= settings.capacity()) {
            evictOldest();
        }
        insert(envelope);
        offer();
    }

    /**
     * A fresh hand-off for a session whose HELLO was reconciled; it ends the one before. The stream never fails; it ends when a newer one comes. Cancelling it,
     * as a broken connection does, releases the slot.
     */
    public Flux<Envelope> envelopes(Link link) {
        return Flux.defer(() -> {
            Handoff fresh = new Handoff(link);
            turns.run(() -> connect(fresh));
            return fresh.envelopes(() -> turns.run(this::offer)).doFinally(end -> release(fresh));
        });
    }

    /** READY: GO if the message is still wanted, else VOID. From a session that is no longer the current one: nothing. */
    public void permit(JobId job, Link link) {
        turns.run(() -> {
            Slot answered = answered(job, link);
            if (answered != null && !answered.ended && fates.move(job, minion, TargetState.ACCEPTED, null)) {
                link.send(new Control.Go(job, Limits.FIRST_WINDOW));
            } else if (isCurrent(link)) {
                link.send(new Control.Voided(job));
            }
            offer();
        });
    }

    /** REFUSED: the agent will not run it. */
    public void refuse(JobId job, Link link, String reason) {
        turns.run(() -> {
            Slot answered = answered(job, link);
            if (answered != null && !answered.ended) {
                fates.move(job, minion, TargetState.REJECTED, reason);
            }
            offer();
        });
    }

    /** Cancels the target if it has no GO; otherwise nothing. */
    public void cancel(JobId job) {
        turns.run(() -> {
            removeQueued(envelope -> envelope.job().equals(job), TargetState.CANCELLED);
            if (slot != null && slot.envelope.job().equals(job)) {
                endSlot(TargetState.CANCELLED);
            }
            offer();
        });
    }

    /** Takes back a message whose agent proved that it never started it; its state is QUEUED already. */
    public void requeue(Envelope envelope) {
        turns.run(() -> {
            insert(envelope);
            offer();
        });
    }

    /** The hand-off ended: what was in the slot goes back to the head, unless its target has ended or expired. Once per hand-off; later calls do nothing. */
    private void release(Handoff ended) {
        turns.run(() -> {
            if (handoff == ended) {
                detach();
            }
        });
    }

    /** Ends what is out of time: the queued, the slot, and a session that owes an answer for longer than {@code ack_timeout}. */
    void expire() {
        turns.run(() -> {
            expireQueued();
            if (slot != null && isExpired(slot.envelope)) {
                endSlot(TargetState.EXPIRED);
            }
            if (slot != null && handoff != null && slot.answerBy <= settings.now()) {
                Link silent = handoff.link();
                detach();
                silent.close("neither READY nor REFUSED within " + settings.ackTimeout());
            }
        });
    }

    /** Whether {@link #expire} may find something to do; a hint that costs no turn. */
    boolean isWaiting() {
        return queued > 0 || offered != null;
    }

    public int queued() {
        return queued;
    }

    public int capacity() {
        return settings.capacity();
    }

    /** The job in the slot; null: none. */
    public @Nullable JobId slot() {
        return offered;
    }

    /** The {@code dropcount}: evictions since the Channel was made. */
    public long dropped() {
        return dropped;
    }

    /** Messages whose time was over before GO, since the Channel was made. */
    public long expired() {
        return expired;
    }

    // Everything below runs within a turn.

    private void connect(Handoff fresh) {
        Handoff older = handoff;
        if (older != null) {
            detach();
            older.complete();
        }
        handoff = fresh;
    }

    private void offer() {
        while (handoff != null && slot == null) {
            Envelope head = queue.peekFirst();
            if (head == null) {
                return;
            }
            if (isExpired(head)) {
                expireQueued();
            } else if (handoff.offer(head)) {
                queue.removeFirst();
                hold(new Slot(head, settings.now() + settings.ackTimeout().toMillis()));
                fates.move(head.job(), minion, TargetState.OFFERED, null);
            } else {
                return;
            }
        }
    }

    /** The slot, emptied, if it is what this session answers. */
    private @Nullable Slot answered(JobId job, Link link) {
        Slot held = slot;
        if (held == null || !isCurrent(link) || !held.envelope.job().equals(job)) {
            return null;
        }
        if (!held.ended && isExpired(held.envelope)) {
            endSlot(TargetState.EXPIRED);
        }
        hold(null);
        return held;
    }

    private boolean isCurrent(Link link) {
        return handoff != null && handoff.link() == link;
    }

    private void detach() {
        handoff = null;
        Slot held = slot;
        hold(null);
        if (held == null || held.ended) {
            return;
        }
        if (isExpired(held.envelope)) {
            expired++;
            fates.move(held.envelope.job(), minion, TargetState.EXPIRED, null);
        } else if (fates.move(held.envelope.job(), minion, TargetState.QUEUED, null)) {
            insert(held.envelope);
        }
    }

    private void endSlot(TargetState end) {
        if (slot != null && !slot.ended) {
            slot.ended = true;
            if (end == TargetState.EXPIRED) {
                expired++;
            }
            fates.move(slot.envelope.job(), minion, end, null);
        }
    }

    private void evictOldest() {
        Envelope oldest = queue.removeFirst();
        dropped++;
        fates.move(oldest.job(), minion, TargetState.DROPPED, "evicted by a newer message; the Channel was full");
    }

    private void expireQueued() {
        removeQueued(this::isExpired, TargetState.EXPIRED);
    }

    private void removeQueued(Predicate<Envelope> which, TargetState end) {
        for (Iterator<Envelope> all = queue.iterator(); all.hasNext(); ) {
            Envelope envelope = all.next();
            if (which.test(envelope)) {
                all.remove();
                if (end == TargetState.EXPIRED) {
                    expired++;
                }
                fates.move(envelope.job(), minion, end, null);
            }
        }
        queued = queue.size();
    }

    /** In acceptance order: almost always the last place, or the first for what comes back. */
    private void insert(Envelope envelope) {
        Deque<Envelope> later = new ArrayDeque<>(0);
        while (!queue.isEmpty() && queue.getLast().order() > envelope.order()) {
            later.addFirst(queue.removeLast());
        }
        queue.addLast(envelope);
        queue.addAll(later);
        queued = queue.size();
    }

    private boolean isExpired(Envelope envelope) {
        return envelope.expiresAt() <= settings.now();
    }

    private void hold(@Nullable Slot next) {
        slot = next;
        offered = next == null ? null : next.envelope.job();
        queued = queue.size();
    }
}
