package io.qcmd.transport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * So many at a time, the others after them in the order of their coming. What takes long has done its work and waits for somebody else, such as an agent that has to
 * prove that it is no clone: it gives its turn on, as otherwise a few of these would keep all others out. How many may wait is the business of the caller. Thread-safe.
 */
final class Turnstile {
    private static final Duration TURN = Duration.ofMillis(20);

    private final Queue<Pass> waiting = new ArrayDeque<>();
    private final Scheduler timers;
    private int free;

    /** @param width how many at a time */
    Turnstile(int width, Scheduler timers) {
        this.free = width;
        this.timers = timers;
    }

    /** Does the work when it is its turn; TimeoutException, and nothing was done, when that takes longer than {@code patience}. */
    <T> Mono<T> pass(Mono<T> work, Duration patience) {
        return Mono.defer(() -> {
            Pass pass = new Pass();
            enter(pass);
            return pass.turn
                    .asMono()
                    .timeout(patience, timers)
                    .then(Mono.defer(() -> inTurn(pass, work)))
                    .doFinally(end -> leave(pass));
        });
    }

    private <T> Mono<T> inTurn(Pass pass, Mono<T> work) {
        Disposable over = timers.schedule(() -> leave(pass), TURN.toMillis(), TimeUnit.MILLISECONDS);
        return work.doFinally(end -> over.dispose());
    }

    private void enter(Pass pass) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(pass);
                return;
            }
            free--;
            pass.inside = true;
        }
        pass.begin();
    }

    /** Again: nothing. */
    private void leave(Pass pass) {
        Pass next;
        synchronized (this) {
            if (!pass.inside) {
                // It gave up while it waited, or has left.
                waiting.remove(pass);
                return;
            }
            pass.inside = false;
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
            next.inside = true;
        }
        next.begin();
    }

    private static final class Pass {
        private final Sinks.Empty<Void> turn = Sinks.empty();
        /** Guarded by the turnstile. */
        private boolean inside;

        void begin() {
            turn.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
        }
    }
}
