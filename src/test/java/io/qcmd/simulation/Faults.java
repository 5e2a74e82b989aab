package io.qcmd.simulation;

import java.util.Map;
import java.util.TreeMap;

/** How often which fault met something that it could break: what is drawn and breaks nothing does not count. */
final class Faults {
    private final Map<String, Integer> times = new TreeMap<>();

    void happened(String what) {
        times.merge(what, 1, Integer::sum);
    }

    Map<String, Integer> times() {
        return times;
    }
}
