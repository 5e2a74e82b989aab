package io.qcmd.bus.topic;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * One turn after the other: any thread may ask for a turn, one thread at a time is inside, and nobody waits. The caller that finds it empty runs its own turn and
 * all that are asked for meanwhile, also those that a turn asks for itself. What is waiting is bounded by those who ask: one session and the live jobs.
 */
final class Turns {
    private static final Logger log = Loggers.getLogger(Turns.class);

    private final AtomicInteger wanted = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    void run(Runnable turn) {
        waiting.add(turn);
        if (wanted.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                runSafely(next);
            }
            seen = wanted.addAndGet(-seen);
        } while (seen != 0);
    }

    // Throwable, not only RuntimeException: a turn that fails, however it fails, must not leave the Topic locked for
    // ever.
    private static void runSafely(Runnable turn) {
        try {
            turn.run();
        } catch (Throwable e) {
            log.error("a turn failed", e);
        }
    }
}
