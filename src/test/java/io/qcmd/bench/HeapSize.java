package io.qcmd.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * The heap of a process that holds the bus and all minions.
 *
 * @param wantedMib so much that it does not spend its time with collections
 * @param givenMib at most three quarters of the memory of this machine
 * @param enough whether a JVM takes as much by itself: a quarter
 */
record HeapSize(long wantedMib, long givenMib, boolean enough) {
    /** A minion, its session and its half of the bus: some 52 KiB live, and a round of garbage beside them. */
    private static final long KIB_PER_MINION = 144;

    private static final long MIB_OF_THE_BUS = 512;

    static HeapSize of(int minions) {
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() >> 20;
        long wanted = MIB_OF_THE_BUS + minions * KIB_PER_MINION / 1_024;
        return new HeapSize(wanted, Math.min(wanted, machine * 3 / 4), wanted <= machine / 4);
    }

    boolean fits() {
        return givenMib == wantedMib;
    }

    List<String> flags() {
        return enough ? List.of() : List.of("-Xms" + givenMib + "m", "-Xmx" + givenMib + "m");
    }
}
