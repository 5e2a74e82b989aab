package io.qcmd.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** The process as it is now; empty: there is none. An error says nothing of whether there is one: the agent may have too many files open. */
    static Optional<ProcessEntry> of(long pid) throws IOException {
        try (FileInputStream stat = new FileInputStream("/proc/" + pid + "/stat")) {
            byte[] line = new byte[LONGEST_STAT];
            int size = stat.read(line);
            return size <= 0 ? Optional.empty() : parse(pid, new String(line, 0, size, ISO_8859_1));
        } catch (IOException e) {
            if (isGone(pid)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** When it started; 0: it has ended, or cannot be looked at even with the spare files. */
    static long startTicks(long pid) {
        try {
            return of(pid).map(ProcessEntry::startTicks).orElse(0L);
        } catch (IOException full) {
            return startTicksWithSpareFiles(pid);
        }
    }

    private static long startTicksWithSpareFiles(long pid) {
        try {
            SpareFiles.lend();
            return of(pid).map(ProcessEntry::startTicks).orElse(0L);
        } catch (IOException e) {
            return 0;
        } finally {
            SpareFiles.takeBack();
        }
    }

    // Needs no descriptor.
    private static boolean isGone(long pid) {
        return Files.notExists(Path.of("/proc", String.valueOf(pid)));
    }

    /** Every process that is seen now. They come and go while it is read. An error: not every one. */
    static List<ProcessEntry> all() throws IOException {
        String[] names = new File("/proc").list();
        if (names == null) {
            throw new IOException("/proc cannot be listed");
        }
        List<ProcessEntry> all = new ArrayList<>();
        for (String name : names) {
            if (Character.isDigit(name.charAt(0))) {
                of(Long.parseLong(name)).ifPresent(all::add);
            }
        }
        return all;
    }

    /** The pid that was given out last, to a process or a thread; 0: unknown. It is the last word of {@code /proc/loadavg}. */
    static long latestPid() {
        try (FileInputStream loadavg = new FileInputStream("/proc/loadavg")) {
            String line = new String(loadavg.readAllBytes(), ISO_8859_1).trim();
            return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** Whether its environment, as it was at its last exec, has all of these entries. What may not be read has none. An error says nothing. */
    boolean hasInEnvironment(Set<String> entries) throws IOException {
        try (InputStream environ = environ(String.valueOf(pid))) {
            return hasAll(entries, environ);
        } catch (AccessDeniedException e) {
            return false;
        } catch (IOException e) {
            // That of a kernel thread, or of who is about to end, can never be opened; at the agent's limit of open
            // files nothing can.
            environ("self").close();
        }
        try (InputStream environ = environ(String.valueOf(pid))) {
            return hasAll(entries, environ);
        } catch (IOException itsOwn) {
            return false;
        }
    }

    private static InputStream environ(String process) throws IOException {
        return Files.newInputStream(Path.of("/proc", process, "environ"));
    }

    private static boolean hasAll(Set<String> entries, InputStream environ) {
        try {
            String environment = '\0' + new String(environ.readNBytes(LONGEST_ENVIRONMENT), ISO_8859_1) + '\0';
            return entries.stream().allMatch(entry -> environment.contains('\0' + entry + '\0'));
        } catch (IOException itHidesOrEnds) {
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
