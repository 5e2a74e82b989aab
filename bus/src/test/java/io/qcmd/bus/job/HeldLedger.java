package io.qcmd.bus.job;

import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.memory.MemoryStore;
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

    private Ledger store;
    private Hold hold = new Hold();
    private @Nullable RuntimeException refusal;
    private @Nullable RuntimeException unreadable;
    /** Pages that were read. */
    int pages;

    final Ledger ledger =
            (Ledger) Proxy.newProxyInstance(Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, this::call);

    /** Writes that wait together. */
    static final class Hold {
        private final Sinks.Empty<Void> committed = Sinks.empty();

        void commit() {
            committed.tryEmitEmpty().orThrow();
        }
    }

    HeldLedger(Ledger store) {
        this.store = store;
        hold.commit();
    }

    /** From now on every write fails so, before it is written. */
    void refuse(RuntimeException error) {
        refusal = error;
    }

    /** From now on no fate of one target can be read. */
    void refuseFates(RuntimeException error) {
        unreadable = error;
    }

    /** Everything is purged. */
    void forget() {
        store = new MemoryStore();
    }

    /** From now on writes wait. */
    void hold() {
        hold = new Hold();
    }

    /** From now on writes do not wait any more; those that wait so far go on waiting. */
    Hold release() {
        Hold before = hold;
        hold = new Hold();
        hold.commit();
        return before;
    }

    /** What waits is on disk. */
    void commit() {
        release().commit();
    }

    // A write takes effect in the memory store when it is subscribed to; only the answer waits.
    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        pages += method.getName().equals("page") ? 1 : 0;
        boolean write = WRITES.contains(method.getName());
        if (write && refusal != null) {
            return Mono.error(refusal);
        }
        if (unreadable != null && method.getName().equals("fate")) {
            return Mono.error(unreadable);
        }
        Mono<Void> committed = hold.committed.asMono();
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
