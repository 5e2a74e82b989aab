package io.qcmd.bus.gate;

import io.qcmd.protocol.Limits;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The output that all agents together may have on its way to the ledger. While there is room a command gets the full window, then the smallest: the memory of the
 * bus is bounded whatever the agents do. Thread-safe.
 */
public final class OutputPool {
    private final long capacity;
    private final AtomicLong taken = new AtomicLong();

    /** @param capacity {@code output_pool} in bytes */
    public OutputPool(long capacity) {
        this.capacity = capacity;
    }

    void take(int bytes) {
        taken.addAndGet(bytes);
    }

    void give(int bytes) {
        taken.addAndGet(-bytes);
    }

    /** Bytes under way. */
    public long taken() {
        return taken.get();
    }

    public long capacity() {
        return capacity;
    }

    /** How much of one command may be on its way, in bytes. */
    int window() {
        return taken.get() < capacity / 2 ? Limits.WINDOW : Limits.FIRST_WINDOW;
    }
}
