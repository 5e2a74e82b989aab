package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.CallbackOutboxContract;
import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.LedgerContract;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.RegistryContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest {
    @TempDir
    Path directory;

    private final SqliteStores stores = new SqliteStores();

    @AfterEach
    void close() {
        stores.close();
    }

    @Nested
    class AsLedger extends LedgerContract {
        @Override
        protected Ledger emptyLedger() {
            return stores.open(directory.resolve("store")).ledger();
        }
    }

    @Nested
    class AsRegistry extends RegistryContract {
        @Override
        protected Registry emptyRegistry() {
            return stores.open(directory.resolve("store")).registry();
        }
    }

    @Nested
    class AsOutbox extends CallbackOutboxContract {
        @Override
        protected Store emptyStore() {
            SqliteStore store = stores.open(directory.resolve("store"));
            return new Store(store.ledger(), store.outbox());
        }
    }
}
