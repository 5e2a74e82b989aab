package io.qcmd.bus;

import io.qcmd.protocol.config.ConfigFile;
import java.nio.file.Path;

/**
 * What the bus keeps, and where.
 *
 * @param data the directory of the store, made with mode 0700
 * @param store which ledger is kept
 * @param storeQueue writes that wait for the store; new jobs are refused from half of it on
 * @param storeReadQueue reads that wait for the store
 * @param storeBytes the largest size of its database
 */
public record Keeping(Path data, Kind store, int storeQueue, int storeReadQueue, long storeBytes) {
    static final Path INSTALLED = Path.of("/var/lib/qcmd");

    /** The ledger's adapters. */
    public enum Kind {
        SQLITE,
        MEMORY
    }

    static Keeping of(ConfigFile config) {
        return new Keeping(
                config.path("data", INSTALLED),
                config.choice("store", Kind.SQLITE),
                config.number("store_queue", 10_000, 100, 10_000),
                config.number("store_read_queue", 10_000, 100, 10_000),
                config.bytes("store_bytes", "1024GiB", "16MiB", "1024GiB"));
    }
}
