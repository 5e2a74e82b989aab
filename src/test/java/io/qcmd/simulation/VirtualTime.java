package io.qcmd.simulation;

import java.time.Duration;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The one clock and the one queue of a simulation. What happens next is what is due next; of things due at the same time, what was asked for first. What belongs to
 * a process that is over does not happen; what belongs to one that is frozen happens when it thaws. For one thread.
 */
public final class VirtualTime {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long asked;

    private static final class Event implements Comparable<Event>, Disposable {
        private final long at;
        private final long number;
        private final Life life;
        private @Nullable Runnable body;

        Event(long at, long number, Life life, @Nullable Runnable body) {
            this.at = at;
            this.number = number;
            this.life = life;
            this.body = body;
        }

        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }

        @Override
        public void dispose() {
            body = null;
        }

        @Override
        public boolean isDisposed() {
            return body == null;
        }
    }

    /** Nanoseconds since the beginning. */
    public long nanos() {
        return now;
    }

    /** Lets something happen in the life of a process, not before {@code after}. */
    public Disposable after(Duration after, Life life, Runnable body) {
        return at(now + Math.max(0, after.toNanos()), life, body);
    }

    Disposable at(long at, Life life, Runnable body) {
        Event event = new Event(at, asked++, life, body);
        events.add(event);
        return event;
    }

    /** One thing happens; false: nothing is due until then, and it is then now. */
    boolean step(long until) {
        Event next = events.peek();
        if (next == null || next.at > until) {
            now = Math.max(now, until);
            return false;
        }
        events.remove();
        now = Math.max(now, next.at);
        Runnable body = next.body;
        if (body == null || next.life.isOver()) {
            return true;
        }
        if (next.life.frozenUntil() > now) {
            // The number stays, and with it the order.
            Event later = new Event(next.life.frozenUntil(), next.number, next.life, () -> {
                if (!next.isDisposed()) {
                    body.run();
                }
            });
            events.add(later);
            return true;
        }
        body.run();
        return true;
    }
}
