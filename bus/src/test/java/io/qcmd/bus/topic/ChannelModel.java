package io.qcmd.bus.topic;

import static io.qcmd.protocol.TargetState.ACCEPTED;
import static io.qcmd.protocol.TargetState.CANCELLED;
import static io.qcmd.protocol.TargetState.DROPPED;
import static io.qcmd.protocol.TargetState.EXPIRED;
import static io.qcmd.protocol.TargetState.OFFERED;
import static io.qcmd.protocol.TargetState.QUEUED;
import static io.qcmd.protocol.TargetState.REJECTED;
import static java.util.Objects.requireNonNull;

import io.qcmd.protocol.TargetState;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What DESIGN.md says of a Channel, said once more and as plainly as possible: one list of targets, each with a place and a state. */
final class ChannelModel {
    static final int CAPACITY = 3;
    static final long ACK_TIMEOUT = 10;

    enum Place {
        QUEUE,
        SLOT,
        AWAY
    }

    static final class Target {
        final long order;
        final long expiresAt;
        TargetState state = QUEUED;
        Place place = Place.QUEUE;

        Target(long order, long expiresAt) {
            this.order = order;
            this.expiresAt = expiresAt;
        }
    }

    final SortedMap<Long, Target> targets = new TreeMap<>();
    final List<String> seen = new ArrayList<>();
    long now;
    long dropped;
    long expired;
    private int session;
    private boolean eager;
    private boolean paused;
    private long demand;
    private long answerBy;

    void put(long order, long expiresAt) {
        if (queue().size() >= CAPACITY) {
            queue().stream().filter(this::isLate).forEach(late -> end(late, EXPIRED));
        }
        if (queue().size() >= CAPACITY) {
            end(queue().get(0), DROPPED);
        }
        targets.put(order, new Target(order, expiresAt));
        offer();
    }

    void connect(int newer, boolean asksInOnNext) {
        if (session != 0) {
            seen.add("complete " + session);
        }
        disconnect(session);
        session = newer;
        eager = asksInOnNext;
        offer();
    }

    void disconnect(int which) {
        if (which == session) {
            all(Place.SLOT).forEach(this::back);
            session = 0;
            demand = 0;
        }
    }

    void request(int which, long n) {
        if (which == session) {
            demand += n;
            offer();
        }
    }

    void ready(int which, long order) {
        if (which == session) {
            boolean go = answer(order, ACCEPTED);
            seen.add((go ? "GO " : "VOID ") + order + " to " + session);
        }
        offer();
    }

    void refused(int which, long order) {
        if (which == session) {
            answer(order, REJECTED);
        }
        offer();
    }

    void cancel(long order) {
        Target target = targets.get(order);
        if (target != null && target.place != Place.AWAY) {
            end(target, CANCELLED);
        }
        offer();
    }

    /** Whoever keeps the states ends it without the Channel. */
    void endElsewhere(long order, TargetState end) {
        become(target(order), end);
    }

    void requeue(long order) {
        back(target(order));
        offer();
    }

    void sweep() {
        targets.values().stream()
                .filter(t -> t.place != Place.AWAY && isLate(t))
                .forEach(late -> end(late, EXPIRED));
        if (slot() != null && answerBy <= now) {
            seen.add("close " + session);
            disconnect(session);
        }
        offer();
    }

    void pause(boolean on) {
        paused = on;
        offer();
    }

    private void offer() {
        while (!paused && session != 0 && slot() == null && !queue().isEmpty()) {
            Target head = queue().get(0);
            if (isLate(head)) {
                end(head, EXPIRED);
            } else if (demand == 0) {
                return;
            } else {
                seen.add("emit " + head.order + " to " + session);
                demand += eager ? 0 : -1;
                answerBy = now + ACK_TIMEOUT;
                head.place = Place.SLOT;
                become(head, OFFERED);
            }
        }
    }

    private boolean answer(long order, TargetState next) {
        Target target = slot();
        if (target == null || target.order != order) {
            return false;
        }
        if (isLate(target)) {
            end(target, EXPIRED);
        }
        target.place = Place.AWAY;
        return become(target, next);
    }

    private void back(Target target) {
        target.place = Place.AWAY;
        if (isLate(target)) {
            end(target, EXPIRED);
        } else if (become(target, QUEUED)) {
            target.place = Place.QUEUE;
        }
    }

    private void end(Target target, TargetState end) {
        target.place = target.place == Place.SLOT ? Place.SLOT : Place.AWAY;
        boolean counts = become(target, end);
        expired += counts && end == EXPIRED ? 1 : 0;
        dropped += counts && end == DROPPED ? 1 : 0;
    }

    private static boolean become(Target target, TargetState next) {
        boolean allowed = target.state.canBecome(next);
        target.state = allowed ? next : target.state;
        return allowed;
    }

    List<Target> queue() {
        return all(Place.QUEUE);
    }

    @Nullable
    Target slot() {
        return all(Place.SLOT).stream().findFirst().orElse(null);
    }

    private Target target(long order) {
        return requireNonNull(targets.get(order));
    }

    private List<Target> all(Place place) {
        return targets.values().stream().filter(target -> target.place == place).toList();
    }

    private boolean isLate(Target target) {
        return target.expiresAt <= now;
    }
}
