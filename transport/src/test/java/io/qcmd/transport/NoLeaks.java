package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaks a Netty buffer. Whoever has this on the class path has it on all of its test classes: JUnit finds it as a service. Netty tells of a
 * leak at the first allocation after the buffer was collected.
 */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static final long COLLECTED_MILLIS = 10_000;
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static boolean watching;

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> FOUND.add(type + " " + records));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        watching = ResourceLeakDetector.getLevel() == ResourceLeakDetector.Level.PARANOID;
    }

    @Override
    public void afterAll(@Nullable ExtensionContext context) {
        watching = false;
        assertThat(found()).as("buffers that nobody released").isEmpty();
    }

    /** Whether a test class runs that will be asked. */
    static boolean isWatching() {
        return watching;
    }

    /** What leaked since it was asked last. */
    static List<String> found() {
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
            assertThat(queue.remove(COLLECTED_MILLIS)).isEqualTo(told);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Reference.reachabilityFence(told);
    }
}
