package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * When a question is sent again: after a broken connection, 100 ms to 10 s apart with full jitter. A bus that was never reached is told at once: whoever waits
 * at a terminal wants to know. Right for questions only that may be asked twice, which all of ours are: a submit carries its requestId, a cursor its place.
 *
 * @param limit how long one answer may take in all
 */
record Reconnect(Duration limit) {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    <T> Mono<T> response(Supplier<Mono<T>> question) {
        return Mono.defer(() -> Mono.defer(question).retryWhen(policy(new AtomicBoolean())))
                .timeout(limit, Mono.error(this::silent));
    }

    /** Each connection gets a new question from the supplier, which knows where the last answer ended. */
    <T> Flux<T> stream(Supplier<? extends Publisher<T>> question) {
        return Flux.defer(() -> {
            AtomicBoolean reached = new AtomicBoolean();
            return Flux.<T>defer(question).doOnNext(any -> reached.set(true)).retryWhen(policy(reached));
        });
    }

    private static RetryBackoffSpec policy(AtomicBoolean reached) {
        return Retry.backoff(Long.MAX_VALUE, FIRST)
                .maxBackoff(LONGEST)
                .jitter(1.0)
                .transientErrors(true)
                .filter(failure -> isWorthIt(failure, reached));
    }

    private static boolean isWorthIt(Throwable failure, AtomicBoolean reached) {
        if (failure instanceof ConnectionLost) {
            reached.set(true);
            return true;
        }
        return reached.get() && failure instanceof QcmdException error && error.code() == ErrorCode.UNREACHABLE;
    }

    private QcmdException silent() {
        return new QcmdException(ErrorCode.TIMED_OUT, "the bus gave no answer within " + limit.toMillis() + " ms");
    }
}
