package io.qcmd.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The buffers of this process that nobody released, from the first use of this class on. */
public final class Leaks {
    private static final long COLLECTED_MILLIS = 20_000;
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> FOUND.add(type + " " + records));
    }

    private Leaks() {}

    /** Whether every buffer is looked after. */
    public static boolean isWatching() {
        return ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID;
    }

    /** What leaked since it was asked last. Collects garbage: Netty tells of a leak at the first allocation after the buffer was collected. */
    public static List<String> found() {
        for (int i = 0; i < 2; i++) {
            collect();
            ByteBufAllocator.DEFAULT.buffer(1).release();
        }
        List<String> leaks = new ArrayList<>();
        for (String leak = FOUND.poll(); leak != null; leak = FOUND.poll()) {
            leaks.add(leak);
        }
        return leaks;
    }

    /** Returns once a collection has told of what it found. */
    private static void collect() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> told = new WeakReference<>(new Object(), queue);
        System.gc();
        try {
            if (queue.remove(COLLECTED_MILLIS) != told) {
                throw new IllegalStateException("no garbage was collected; is explicit collection disabled?");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Reference.reachabilityFence(told);
    }
}
