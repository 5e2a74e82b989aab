package io.qcmd.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process has used.
 *
 * @param heap bytes in use
 * @param resident bytes of memory, shared pages included
 * @param cpuMicros since its start, all threads
 * @param gcMillis since its start
 */
record Footprint(long heap, long resident, long cpuMicros, long gcMillis) {
    /** Full collections before the heap is read: what the first one finds to be finalised or cleaned goes with the next. */
    private static final int COLLECTIONS = 3;

    /** Of this process. */
    static Footprint now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Footprint(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                residentBytes(),
                system.getProcessCpuTime() / 1_000,
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                        .sum());
    }

    static Footprint afterCollection() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return now();
    }

    /** What was used since an earlier look; heap and memory are differences, too. */
    Footprint since(Footprint earlier) {
        return new Footprint(
                heap - earlier.heap,
                resident - earlier.resident,
                cpuMicros - earlier.cpuMicros,
                gcMillis - earlier.gcMillis);
    }

    Footprint plus(Footprint more) {
        return new Footprint(
                heap + more.heap, resident + more.resident, cpuMicros + more.cpuMicros, gcMillis + more.gcMillis);
    }

    String line() {
        return heap + " " + resident + " " + cpuMicros + " " + gcMillis;
    }

    static Footprint parse(String line) {
        long[] numbers =
                Stream.of(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Footprint(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static long residentBytes() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            String line =
                    status.filter(row -> row.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
