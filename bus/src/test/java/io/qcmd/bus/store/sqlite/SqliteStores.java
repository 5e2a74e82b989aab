package io.qcmd.bus.store.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The stores that a test opened, to be closed with it. */
final class SqliteStores implements AutoCloseable {
    private final List<SqliteStore> stores = new ArrayList<>();

    SqliteStore open(Path directory) {
        return open(directory, SqliteSettings.DEFAULT);
    }

    SqliteStore open(Path directory, SqliteSettings settings) {
        SqliteStore store = SqliteStore.open(directory, settings);
        stores.add(store);
        return store;
    }

    @Override
    public void close() {
        stores.forEach(SqliteStore::close);
    }
}
