package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * When a question is sent again: after a broken connection, 100 ms to 10 s apart with full jitter; and when the bus has too much to do and says when to come again,
 * then, for {@link #PATIENCE} at most. A bus that was never reached is told at once: whoever waits at a terminal wants to know. Right for questions only that may be
 * asked twice, which all of ours are: a submit carries its requestId, a cursor its place.
 *
 * @param limit how long one answer may take in all
 */
record Reconnect(Duration limit) {
    /** How long a busy bus is asked again; then its BUSY is told. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For the way there and back, and the bus's own work. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    <T> Mono<T> response(Supplier<Mono<T>> question) {
        return Mono.defer(() -> Mono.defer(question)
                        .retryWhen(policy(new AtomicBoolean()))
                        .retryWhen(busy()))
                .timeout(limit, Mono.error(() -> silent(limit)));
    }

    /** As {@link #response}, for a job that the bus shall take. Where it may have taken it and nobody here can know, the error says so: who runs it again may run it twice. */
    <T> Mono<T> submit(Supplier<Mono<T>> question) {
        return Mono.defer(() -> {
            AtomicBoolean lost = new AtomicBoolean();
            return response(() -> question.get().doOnError(ConnectionLost.class, any -> lost.set(true)))
                    .onErrorMap(QcmdException.class, error -> isDoubtful(error, lost.get()) ? doubtful(error) : error);
        });
    }

    /** A refusal is none, and without a connection nothing was sent. */
    private static boolean isDoubtful(QcmdException error, boolean lost) {
        return error.code() == ErrorCode.TIMED_OUT || lost && error.retryable();
    }

    private static QcmdException doubtful(QcmdException error) {
        return new QcmdException(
                error.code(),
                error.getMessage() + "; whether it took the job is not known",
                "qcmd jobs ls --mine --since 5m, before you run it again");
    }

    /** Each connection gets a new question from the supplier, which knows where the last answer ended. */
    <T> Flux<T> stream(Supplier<? extends Publisher<T>> question) {
        return Flux.defer(() -> {
            AtomicBoolean reached = new AtomicBoolean();
            return Flux.<T>defer(question)
                    .doOnNext(any -> reached.set(true))
                    .retryWhen(policy(reached))
                    .retryWhen(busy());
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

    private static Retry busy() {
        Scheduler timers = Schedulers.parallel();
        // Nanoseconds are monotonic; asked for milliseconds, a scheduler gives those of the wall clock.
        long start = timers.now(TimeUnit.NANOSECONDS);
        return Retry.from(failures -> failures.concatMap(signal -> {
            long pause = pauseMillis(signal.failure());
            long waited = TimeUnit.NANOSECONDS.toMillis(timers.now(TimeUnit.NANOSECONDS) - start);
            boolean isWorthIt = pause > 0 && waited + pause <= PATIENCE.toMillis();
            return isWorthIt ? Mono.delay(Duration.ofMillis(pause), timers) : Mono.error(signal.failure());
        }));
    }

    /** What the bus said, and up to half as much again, as others were told the same; 0: it said nothing. */
    private static long pauseMillis(Throwable failure) {
        if (!(failure instanceof QcmdException error) || error.code() != ErrorCode.BUSY) {
            return 0;
        }
        long told = error.retryAfterMillis();
        return told > 0 ? told + ThreadLocalRandom.current().nextLong(told / 2 + 1) : 0;
    }

    /** Pages of which the bus has told the last one by then, give or take {@link #GRACE}. */
    <T> Flux<T> within(Duration time, Flux<T> pages) {
        Duration most = time.plus(GRACE);
        return pages.timeout(most, Mono.error(() -> silent(most)));
    }

    private static QcmdException silent(Duration limit) {
        return new QcmdException(ErrorCode.TIMED_OUT, "the bus gave no answer within " + limit.toMillis() + " ms");
    }
}
