package io.qcmd.bus.job;

import io.qcmd.bus.store.Ledger;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A ledger whose writes can be kept waiting for their commit: they have their place in the order, and nobody has heard of them. */
final class HeldLedger {
    private static final Set<String> WRITES = Set.of("record", "settle", "append", "wantCancel");

    private final Ledger store;
    private Sinks.Empty<Void> commit = Sinks.empty();
    private @Nullable RuntimeException refusal;

    final Ledger ledger =
            (Ledger) Proxy.newProxyInstance(Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, this::call);

    HeldLedger(Ledger store) {
        this.store = store;
        commit();
    }

    /** From now on every write fails so, before it is written. */
    void refuse(RuntimeException error) {
        refusal = error;
    }

    void hold() {
        commit = Sinks.empty();
    }

    void commit() {
        commit.tryEmitEmpty().orThrow();
    }

    // A write takes effect in the memory store when it is subscribed to; only the answer waits.
    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        boolean write = WRITES.contains(method.getName());
        if (write && refusal != null) {
            return Mono.error(refusal);
        }
        Mono<Void> committed = commit.asMono();
        try {
            Object answer = method.invoke(store, arguments);
            return write
                    ? ((Mono<?>) answer)
                            .materialize()
                            .delayUntil(signal -> committed)
                            .dematerialize()
                    : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
