package io.qcmd.bus;

import io.qcmd.protocol.config.ConfigFile;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the bus keeps, and where.
 *
 * @param data the directory of the store, made with mode 0700
 * @param store which ledger is kept
 * @param storeQueue writes that wait for the store; new jobs are refused from half of it on
 * @param storeReadQueue reads that wait for the store
 * @param storeBytes the largest size of its database
 * @param storeCheck how long the check of its database at the start may take
 * @param keepJobs how long an ended job is kept
 * @param keepBytes while more are in use the job that ended first is forgotten
 * @param keepAudit how long audit rows are kept
 */
public record Keeping(
        Path data,
        Kind store,
        int storeQueue,
        int storeReadQueue,
        long storeBytes,
        Duration storeCheck,
        Duration keepJobs,
        long keepBytes,
        Duration keepAudit) {
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
                config.bytes("store_bytes", "1024GiB", "16MiB", "1024GiB"),
                config.duration("store_check", "10s", "0s", "1h"),
                config.duration("keep_jobs", "720h", "1h", "87600h"),
                config.bytes("keep_bytes", "900GiB", "8MiB", "1024GiB"),
                config.duration("keep_audit", "8760h", "24h", "87600h"));
    }

    /** What may be in use before anything is forgotten: a tenth of the largest size stays free for what lives. */
    long bytesBeforePurge() {
        return Math.min(keepBytes, storeBytes / 10 * 9);
    }
}
