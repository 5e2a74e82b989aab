package io.qcmd.agent;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that one run needs beside its own. They are taken before anything is executed: a command that could not be followed does not begin. Each waits for
 * {@link #begin}, which is for the thread that closes it.
 */
final class Crew implements AutoCloseable {
    /** What is said of a command when the kernel refuses a thread. The JVM calls that an OutOfMemoryError, but does not end by it, as it does for want of heap. */
    static final String REFUSED =
            "the kernel gives the agent no more threads; raise TasksMax or pids.max of its service";

    private static final Logger log = LoggerFactory.getLogger(Crew.class);

    private final CompletableFuture<List<Runnable>> work = new CompletableFuture<>();
    private final List<FutureTask<Void>> hands;

    /** @throws OutOfMemoryError a thread was refused; none is kept */
    Crew(int size, Executor threads) {
        hands = IntStream.range(0, size)
                .mapToObj(hand -> new FutureTask<Void>(() -> work(hand), null))
                .toList();
        try {
            hands.forEach(threads::execute);
        } catch (OutOfMemoryError refused) {
            close();
            throw refused;
        }
    }

    /** One task for each of them. */
    void begin(Runnable... tasks) {
        work.complete(List.of(tasks));
    }

    /** Whoever still waits, for work or for something else, is interrupted. Idempotent. */
    @Override
    public void close() {
        hands.forEach(hand -> hand.cancel(true));
    }

    private void work(int hand) {
        try {
            work.get().get(hand).run();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) {
            log.error("a thread that follows a run has failed", e);
        }
    }
}
