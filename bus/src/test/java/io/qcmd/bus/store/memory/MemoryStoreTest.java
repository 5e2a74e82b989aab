package io.qcmd.bus.store.memory;

import static io.qcmd.bus.store.StoreSamples.AUDIT;
import static io.qcmd.bus.store.StoreSamples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.store.CallbackOutboxContract;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.LedgerContract;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.RegistryContract;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

class MemoryStoreTest {
    @Nested
    class AsLedger extends LedgerContract {
        @Override
        protected Ledger emptyLedger() {
            return new MemoryStore();
        }
    }

    @Nested
    class AsRegistry extends RegistryContract {
        @Override
        protected Registry emptyRegistry() {
            return new MemoryStore();
        }
    }

    @Nested
    class AsOutbox extends CallbackOutboxContract {
        @Override
        protected Store emptyStore() {
            MemoryStore store = new MemoryStore();
            return new Store(store, store.outbox());
        }
    }

    @Test
    void signals_comeOnTheGivenScheduler() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        MemoryStore store = new MemoryStore(Schedulers.fromExecutor(tasks::add));
        List<Boolean> answers = new ArrayList<>();

        Disposable write = store.record(job(1), AUDIT).subscribe(answers::add);
        assertThat(answers).isEmpty();
        tasks.forEach(Runnable::run);

        assertThat(answers).containsExactly(true);
        assertThat(write.isDisposed()).isTrue();
        assertThat(store.audits()).containsExactly(AUDIT);
    }
}
