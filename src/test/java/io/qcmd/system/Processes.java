package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.protocol.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A look at all processes of this host. */
final class Processes {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int DEEPEST = 8;

    private Processes() {}

    /** Waits until no process of this job is left, wherever it ran and whoever its parent is. */
    static void awaitNoneOf(JobId job) {
        awaitNoneOf(job.toString());
    }

    static void awaitNoneOf(String job) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(mentioning("QCMD_JOB=" + job)).isEmpty());
    }

    /** Waits until no process of any of these jobs is left. */
    static void awaitNoneOf(Collection<String> jobs) {
        Pattern marked = Pattern.compile("QCMD_JOB=([0-9A-Z]{26})");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(mentioning("QCMD_JOB="))
                        .noneMatch(
                                line -> marked.matcher(line).results().anyMatch(job -> jobs.contains(job.group(1)))));
    }

    /** Kills every process of this job, also those that are started meanwhile. */
    static void killAllOf(JobId job) {
        await().atMost(LIMIT).until(() -> {
            List<ProcessHandle> left = ProcessHandle.allProcesses()
                    .filter(process -> read(process, "environ").contains("QCMD_JOB=" + job))
                    .toList();
            left.forEach(ProcessHandle::destroyForcibly);
            return left.isEmpty();
        });
    }

    /** Kills every process, this one left out, that has the text in its command line or environment. */
    static void killAllMentioning(String text) {
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> (read(process, "cmdline") + " " + read(process, "environ")).contains(text))
                .forEach(ProcessHandle::destroyForcibly);
    }

    /** The processes, this one left out, that have the text in their command line or environment. */
    static List<String> mentioning(String text) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .map(process -> process.pid() + ": " + read(process, "cmdline") + " " + read(process, "environ"))
                .filter(line -> line.contains(text))
                .toList();
    }

    /** Asks this host alone, as a shell can: an agent that has none where this can be done has made a mistake. */
    static boolean canHaveCgroups() throws IOException {
        String probe = """
                mounted=$(sed -n 's/^[^ ]* \\([^ ]*\\) cgroup2 .*/\\1/p' /proc/mounts | head -n 1)
                probe=$mounted$(sed -n s/^0:://p /proc/self/cgroup)/probe-$$
                [ -n "$mounted" ] && mkdir "$probe" && sh -c 'echo 0 >"$0/cgroup.procs"' "$probe"
                can=$?
                rmdir "$probe"
                exit $can
                """;
        Process shell = new ProcessBuilder("sh", "-c", probe)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return shell.onExit().join().exitValue() == 0;
    }

    /** The cgroups that the agent with this data directory made for its commands, and has not removed. */
    static List<Path> cgroupsOf(Path agent) throws IOException {
        String name = "qcmd-" + Files.readString(agent.resolve("instance")).strip();
        try (Stream<Path> all = Files.find(CGROUPS, DEEPEST, (path, found) -> path.endsWith(name))) {
            return all.toList();
        } catch (UncheckedIOException e) {
            // Others come and go meanwhile.
            return cgroupsOf(agent);
        }
    }

    /** Kilobytes of memory that a process has in use, shared pages included. */
    static long residentKilobytes(long pid) throws IOException {
        return status(pid, "VmRSS:");
    }

    /** The most of them since the process began, or since its peak was forgotten. */
    static long peakKilobytes(long pid) throws IOException {
        return status(pid, "VmHWM:");
    }

    /** From now on its peak is that of the time from now on. */
    static void forgetPeak(long pid) throws IOException {
        Files.writeString(Path.of("/proc", String.valueOf(pid), "clear_refs"), "5");
    }

    private static long status(long pid, String what) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(line -> line.startsWith(what))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** How many files and sockets a process has open. */
    static int openFiles(long pid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
            return (int) all.count();
        }
    }

    /** Whether the side of the first port still holds its connection to the other one: its end may wait in the socket behind what nobody reads. */
    static boolean isConnected(int port, int peer) throws IOException {
        Pattern established = Pattern.compile(String.format(" *\\d+: \\S+:%04X \\S+:%04X 01 .*", port, peer));
        for (String table : List.of("tcp", "tcp6")) {
            if (Files.readAllLines(Path.of("/proc/net", table)).stream()
                    .anyMatch(line -> established.matcher(line).matches())) {
                return true;
            }
        }
        return false;
    }

    static int threads(long pid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            return (int) all.count();
        }
    }

    /** Empty for a process that has gone meanwhile, and for a zombie. */
    private static String read(ProcessHandle process, String file) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", String.valueOf(process.pid()), file));
            return new String(bytes, StandardCharsets.ISO_8859_1).replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }
}
