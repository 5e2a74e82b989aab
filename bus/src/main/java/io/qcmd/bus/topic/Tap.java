package io.qcmd.bus.topic;

import io.qcmd.protocol.Limits;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * A read-only Channel for one observer: copies of what is put into its Topic while it is open. Bounded; when it is full the oldest goes and is counted. It asks
 * for no permit and touches no fate.
 *
 * <p>Thread-safe. {@link #put} comes from the turns of the Topic, one at a time; the reader from anywhere. Its monitor is held for a few steps of a queue, and
 * nothing of the reader runs in the turn.
 */
final class Tap {
    private final int capacity;
    private final Clock clock;
    private final Queue<Copy> copies = new ArrayDeque<>();
    private long dropped;

    private final Sinks.Many<Tap> wakes = Sinks.many().replay().latestOrDefault(this);

    /** A message and when it was put; bus time. */
    record Copy(Envelope envelope, long at) {}

    /** What was taken, in order of the puts, and how many were lost since the tap was opened. */
    record Taken(List<Copy> copies, long dropped) {}

    Tap(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
    }

    void put(Envelope envelope) {
        add(new Copy(envelope, clock.millis()));
        // Within turns, hence never two at once; what else may fail here is of no interest to the Topic.
        Sinks.EmitResult woken = wakes.tryEmitNext(this);
        assert woken.isSuccess() : woken;
    }

    /** Says that there may be something to take: at once, and after each put. Many puts cost a slow reader one wake-up. */
    Flux<Tap> wakes() {
        return wakes.asFlux().onBackpressureLatest();
    }

    /** The oldest, at most as many as a page holds. Empty: there is nothing. */
    synchronized Taken take() {
        List<Copy> taken = new ArrayList<>();
        int bytes = 0;
        for (Copy next = copies.peek(); next != null; next = copies.peek()) {
            bytes += next.envelope.message().size();
            if (!taken.isEmpty() && (taken.size() == Limits.PAGE_ROWS || bytes > Limits.PAGE_BYTES)) {
                break;
            }
            taken.add(copies.remove());
        }
        return new Taken(taken, dropped);
    }

    private synchronized void add(Copy copy) {
        if (copies.size() == capacity) {
            copies.remove();
            dropped++;
        }
        copies.add(copy);
    }
}
