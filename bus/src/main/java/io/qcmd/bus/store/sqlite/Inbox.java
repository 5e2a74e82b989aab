package io.qcmd.bus.store.sqlite;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes that wait for the writer, in the order of the calls. What somebody asks for is bounded here; what has happened already is bounded by the live targets, the
 * output windows and the live sessions, which end once, and must not be lost. Thread-safe; offering never waits.
 */
final class Inbox {
    private final int capacity;

    // Guarded by this.
    private List<Write<?>> waiting = new ArrayList<>();
    private @Nullable Write<?> chore;
    private boolean closed;

    Inbox(int capacity) {
        this.capacity = capacity;
    }

    /** False: full or closed. Of chores one may wait, whatever else does. */
    synchronized boolean offer(Write<?> write) {
        if (closed || isFullFor(write)) {
            return false;
        }
        if (write.kind() == Write.Kind.CHORE) {
            chore = write;
        } else {
            waiting.add(write);
        }
        notifyAll();
        return true;
    }

    private boolean isFullFor(Write<?> write) {
        return switch (write.kind()) {
            case REQUEST -> waiting.size() >= capacity;
            case FACT -> false;
            case CHORE -> chore != null;
        };
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Everything that waits, as soon as there is something; nothing: it is closed and empty. */
    synchronized List<Write<?>> take() throws InterruptedException {
        while (waiting.isEmpty() && chore == null && !closed) {
            wait();
        }
        return drain();
    }

    /** Everything that waits now: a chore alone, then the others. */
    synchronized List<Write<?>> drain() {
        if (chore != null) {
            List<Write<?>> alone = List.of(chore);
            chore = null;
            return alone;
        }
        List<Write<?>> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    /** Takes back, to the front, what has to wait longer; it may exceed the capacity. False: closed. */
    synchronized boolean putBack(List<Write<?>> kept) {
        if (closed) {
            return false;
        }
        waiting.addAll(0, kept);
        return true;
    }

    /** Waits, and is woken by {@link #close} only. */
    synchronized void pause(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; left > 0 && !closed; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    /** Takes nothing more in. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
