package io.qcmd.agent;

import io.qcmd.protocol.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * How this host is, as far as commands need it. Read when asked, by one statfs and one read of /proc, which wait for nobody; what cannot be read has the value that
 * promises least.
 *
 * @param directory where journal and output are kept
 * @param diskNeeded bytes that must be free there for one more command
 */
record Vitals(Path directory, long diskNeeded, Clock clock) {
    private static final Path LOAD = Path.of("/proc/loadavg");

    /** 0: cannot be read. */
    long diskFree() {
        return directory.toFile().getUsableSpace();
    }

    Report.Health health(int slots, int freeSlots) {
        return new Report.Health(clock.millis(), diskFree(), diskNeeded, slots, freeSlots, loadPercent(LOAD));
    }

    /** The load average of the last minute, times 100; 0: this host does not tell. */
    static int loadPercent(Path file) {
        try {
            return (int) Math.max(
                    0,
                    Math.round(100 * Double.parseDouble(Files.readString(file).split(" ", 2)[0])));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
