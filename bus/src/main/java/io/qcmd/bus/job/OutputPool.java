package io.qcmd.bus.job;

import io.qcmd.protocol.Limits;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the output of all commands together may take of the bus's memory, from its arrival until it is on disk. Windows are taken from it when they are told, and from
 * one half of it only; the first {@link Limits#FIRST_WINDOW} bytes of each command when they come. So a command that is silent holds nothing up, and what comes is
 * never more than the pool. Thread-safe; never waits.
 */
public final class OutputPool {
    /** The largest part of the heap that it may be. */
    private static final int PART_OF_HEAP = 4;

    private final long capacity;
    private final AtomicLong taken = new AtomicLong();

    /** @param capacity in bytes */
    public OutputPool(long capacity) {
        this.capacity = capacity;
    }

    /**
     * A quarter of the heap at most.
     *
     * @param most {@code output_pool} in bytes
     * @param heap the largest that it can become
     */
    public static OutputPool of(long most, long heap) {
        return new OutputPool(Math.min(most, heap / PART_OF_HEAP));
    }

    /** Takes room for what has come; false: there is none. */
    boolean take(int bytes) {
        return take(bytes, capacity);
    }

    /** Takes room for what may come; false: half of the pool is taken. */
    boolean reserve(int bytes) {
        return take(bytes, capacity / 2);
    }

    private boolean take(int bytes, long limit) {
        for (long before = taken.get(); before + bytes <= limit; before = taken.get()) {
            if (taken.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
        return false;
    }

    void give(int bytes) {
        taken.addAndGet(-bytes);
    }

    /** Bytes that have come and are not on disk, or may come by the windows that were told. Never more than the capacity. */
    public long taken() {
        return taken.get();
    }

    /** Whether there is no room for one more piece of the largest size. */
    public boolean isFull() {
        return taken.get() + OutputWindow.cost(Limits.CHUNK, 1) > capacity;
    }

    public long capacity() {
        return capacity;
    }
}
