package io.qcmd.agent;

import java.io.IOException;
import java.util.Set;

/**
 * What one command may use, where the kernel can be told.
 *
 * @param pids processes and threads at the same time; 0: no limit
 * @param memoryBytes of memory, its share of the page cache included; 0: no limit
 */
record CellLimits(int pids, long memoryBytes) {
    static CellLimits of(AgentSettings settings) {
        return new CellLimits(settings.commandPids(), settings.commandMemory());
    }

    /** Tells the kernel, as far as these controllers are there. */
    void apply(Cgroup cell, Set<String> controllers) throws IOException {
        if (controllers.contains("pids")) {
            cell.write("pids.max", text(pids));
        }
        if (controllers.contains("memory")) {
            cell.write("memory.max", text(memoryBytes));
            // All or none: a command of which a part was killed would go on in a way that nobody has thought of.
            cell.write("memory.oom.group", "1");
        }
    }

    String described(String controller) {
        return controller + "=" + text(controller.equals("pids") ? pids : memoryBytes);
    }

    private static String text(long limit) {
        return limit == 0 ? "max" : Long.toString(limit);
    }
}
