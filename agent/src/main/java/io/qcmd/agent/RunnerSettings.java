package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How commands are run here.
 *
 * @param slots commands at the same time, 1 to 256
 * @param killGrace from TERM to KILL, 0 to 1 min
 * @param drain how long the output of processes that outlive the main one is awaited, 0 to 1 min
 * @param stdoutBytes how much of stdout is kept per command: head 3/4, tail 1/4; up to 1 GiB
 * @param stderrBytes likewise
 * @param diskReserve what must be free on the disk beside the output of one more command, 0 to 64 GiB
 * @param environment all that a command sees besides its own entries and QCMD_JOB; has PATH and QCMD_MINION
 */
record RunnerSettings(
        int slots,
        Duration killGrace,
        Duration drain,
        long stdoutBytes,
        long stderrBytes,
        long diskReserve,
        Map<String, String> environment) {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long GIB = 1L << 30;
    private static final String MINION = "QCMD_MINION";

    RunnerSettings {
        environment = Map.copyOf(environment);
        check("slots", slots, 1, 256);
        check("kill_grace (ms)", killGrace.toMillis(), 0, MINUTE.toMillis());
        check("drain (ms)", drain.toMillis(), 0, MINUTE.toMillis());
        check("stdout_bytes", stdoutBytes, 0, GIB);
        check("stderr_bytes", stderrBytes, 0, GIB);
        check("disk_reserve", diskReserve, 0, 64 * GIB);
        if (!environment.containsKey("PATH")) {
            throw new IllegalArgumentException("environment: has no PATH; commands without a slash would not be found");
        }
        if (!environment.containsKey(MINION)) {
            throw new IllegalArgumentException(
                    "environment: has no " + MINION + "; commands could not be told from those of another minion");
        }
    }

    /** 4 slots, 5 s of grace, 2 s to drain, 1 MiB of stdout, 256 KiB of stderr, 16 MiB of reserve. Nothing of the agent's own environment but HOME. */
    static RunnerSettings defaults(MinionId minion) {
        return new RunnerSettings(
                4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                1024 * 1024,
                256 * 1024,
                16 * 1024 * 1024,
                Map.of(
                        "PATH",
                        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "HOME",
                        System.getProperty("user.home", "/"),
                        "LANG",
                        "C.UTF-8",
                        MINION,
                        minion.toString()));
    }

    /** Bytes that must be free before one more command is let in: its output, and the reserve for journal, script and input. */
    long diskNeeded() {
        return stdoutBytes + stderrBytes + diskReserve;
    }

    /** What the environment of each process of a command says. The job alone would not do: another minion on this host may run it too. */
    Set<String> marks(JobId job) {
        return Set.of("QCMD_JOB=" + job, MINION + "=" + environment.get(MINION));
    }

    private static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + ": is " + value + "; use " + least + " to " + most);
        }
    }
}
