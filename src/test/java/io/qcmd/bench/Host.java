package io.qcmd.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a bench ran; figures of different hosts cannot be compared.
 *
 * @param load average of the last minute at the start: of a quiet host near 0
 * @param disk the file system of the ledger
 */
record Host(int cores, String java, double load, String disk) {
    static Host of(Path directory) throws IOException {
        return new Host(
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().toString(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Files.getFileStore(directory).type());
    }

    /** For a bench that writes nothing. */
    String machine() {
        return String.format("%d cores, Java %s, load %.1f at the start", cores, java, load);
    }

    @Override
    public String toString() {
        return machine() + ", ledger on " + disk;
    }
}
