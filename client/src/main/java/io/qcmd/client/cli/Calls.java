package io.qcmd.client.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The one place where the command line waits. */
final class Calls {
    /** What may wait between the connection and a slow terminal. */
    private static final int AHEAD = 256;

    private static final long TICK_MILLIS = 100;

    private Calls() {}

    /** The answer, or its error as it is. */
    static <T> T answer(Mono<T> question) {
        T answer = question.block();
        if (answer == null) {
            throw new IllegalStateException("a question must have an answer");
        }
        return answer;
    }

    static void pause(Duration time) {
        long ended = answer(Mono.delay(time));
        assert ended == 0;
    }

    /** As {@link #each(Flux, Consumer)}, and runs {@code tick} ten times a second meanwhile, on the same thread. */
    static <T> long each(Flux<T> elements, Consumer<? super T> consumer, Runnable tick) {
        Disposable ticks =
                Schedulers.single().schedulePeriodically(tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        try {
            return each(elements, consumer);
        } finally {
            ticks.dispose();
        }
    }

    /** Hands each element over, one at a time, until the stream ends; how many there were. A slow terminal never holds up the connection's thread. */
    static <T> long each(Flux<T> elements, Consumer<? super T> consumer) {
        return answer(elements.publishOn(Schedulers.single(), AHEAD)
                .doOnNext(consumer)
                .count());
    }
}
