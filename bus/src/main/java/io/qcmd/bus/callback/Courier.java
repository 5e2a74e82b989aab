package io.qcmd.bus.callback;

import io.qcmd.bus.store.CallbackRecord;
import reactor.core.publisher.Mono;

/** Brings a callback to its endpoint. Thread-safe. */
@FunctionalInterface
public interface Courier {
    /** One try, of bounded time; never an error. */
    Mono<Delivery> deliver(CallbackRecord callback);

    /** How a try ended. */
    sealed interface Delivery permits Taken, Failed, Refused {}

    /** The endpoint has it, and said so. */
    record Taken() implements Delivery {}

    /** It may go better another time. */
    record Failed(String why) implements Delivery {}

    /** A rule of ours forbids it: nothing was sent, nor anybody connected to. */
    record Refused(String why) implements Delivery {}
}
