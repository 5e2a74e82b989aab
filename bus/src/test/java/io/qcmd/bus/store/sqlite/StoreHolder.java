package io.qcmd.bus.store.sqlite;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that holds a store, until its input ends. */
final class StoreHolder {
    static final String HELD = "held";

    private StoreHolder() {}

    public static void main(String[] args) throws IOException {
        try (SqliteStore store = SqliteStore.open(Path.of(args[0]), SqliteSettings.DEFAULT)) {
            System.out.println(store.commits() == 0 ? HELD : "not new");
            while (System.in.read() >= 0) {
                // Waits for the end of its input.
            }
        }
    }
}
