package io.qcmd.agent;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One process as {@code /proc/<pid>/stat} tells it; see proc(5). The pid alone names a process only until the kernel gives it out again; pid and start time
 * together name it until the next boot.
 *
 * @param zombie it has ended, and its parent has not yet asked how
 * @param startTicks field 22: clock ticks since boot
 */
record ProcessEntry(long pid, boolean zombie, long parent, long group, long session, long startTicks) {
    private static final int LONGEST_STAT = 1_024;
    /** More than the kernel takes in one exec by default. */
    private static final int LONGEST_ENVIRONMENT = 2 * 1024 * 1024;

    /** The process as it is now; empty: there is none. */
    static Optional<ProcessEntry> of(long pid) {
        try (FileInputStream stat = new FileInputStream("/proc/" + pid + "/stat")) {
            byte[] line = new byte[LONGEST_STAT];
            int size = stat.read(line);
            return size <= 0 ? Optional.empty() : parse(pid, new String(line, 0, size, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Every process that is seen now. They come and go while it is read. */
    static List<ProcessEntry> all() {
        List<ProcessEntry> all = new ArrayList<>();
        String[] names = new File("/proc").list();
        for (String name : names == null ? new String[0] : names) {
            if (Character.isDigit(name.charAt(0))) {
                of(Long.parseLong(name)).ifPresent(all::add);
            }
        }
        return all;
    }

    /** The pid that was given out last, to a process or a thread; 0: unknown. It is the last word of {@code /proc/loadavg}. */
    static long latestPid() {
        try (FileInputStream loadavg = new FileInputStream("/proc/loadavg")) {
            String line = new String(loadavg.readAllBytes(), StandardCharsets.ISO_8859_1).trim();
            return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** Whether its environment, as it was at its last exec, has all of these entries. What may not be read has none. */
    boolean hasInEnvironment(Set<String> entries) {
        try (FileInputStream environ = new FileInputStream("/proc/" + pid + "/environ")) {
            byte[] bytes = environ.readNBytes(LONGEST_ENVIRONMENT);
            String environment = '\0' + new String(bytes, StandardCharsets.ISO_8859_1) + '\0';
            return entries.stream().allMatch(entry -> environment.contains('\0' + entry + '\0'));
        } catch (IOException e) {
            return false;
        }
    }

    boolean isSame(long otherPid, long otherStartTicks) {
        return pid == otherPid && startTicks == otherStartTicks;
    }

    // The name of the program stands in brackets and may hold anything, brackets and spaces too: hence the last one.
    private static Optional<ProcessEntry> parse(long pid, String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 1).trim().split(" ");
        if (fields.length < 20) {
            return Optional.empty();
        }
        return Optional.of(new ProcessEntry(
                pid,
                fields[0].equals("Z") || fields[0].equals("X"),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19])));
    }
}
