package io.qcmd.bus.store;

import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits for a store: tests may block. */
public final class Await {
    private Await() {}

    /** Waits for a write; fails as it fails. */
    public static void await(Mono<?> write) {
        write.then().block();
    }

    /** The answer; there must be one. */
    public static <T> T value(Mono<T> answer) {
        return Objects.requireNonNull(answer.block());
    }

    public static <T> List<T> values(Flux<T> answers) {
        return value(answers.collectList());
    }
}
