package io.qcmd.agent;

import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.config.Address;
import io.qcmd.protocol.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * What agent.yaml says; each component is the key of the same name in snake_case, explained there with unit, default and bounds. Made by {@link #of}.
 *
 * @param bus where the bus listens for agents; resolved anew at each try
 * @param minion the id of this host; without the key its host name in lower case
 * @param data the directory of journal, spool and job directories, made with mode 0700
 * @param labels facts for targets; untrusted by the bus
 * @param insecurePlaintextOnEveryNetwork whether the bus may be beyond loopback although nothing is encrypted
 * @param slots commands that run at the same time
 * @param ackTimeout how long a READY may wait for its GO
 * @param killGrace between TERM and KILL
 * @param drain how long the pipes are read after the end of the main process
 * @param outputStdout bytes kept of a command's stdout
 * @param outputStderr bytes kept of a command's stderr
 * @param cgroup whether each command gets a cgroup of its own
 * @param commandPids processes and threads of one command at the same time, where the kernel can be told; 0: no limit
 * @param commandMemory bytes of memory of one command, likewise
 * @param reconnectFirst the longest wait before the first try to connect again
 * @param reconnectLongest the longest wait before any try
 * @param keepAliveInterval between two keep-alive frames
 * @param keepAliveLifetime silence after which the bus counts as gone; 2 to 3 times the interval
 * @param healthInterval between two reports of how the agent is; without the key {@code keep_alive_interval}
 * @param unsettledEntries entries of the journal above which no more work is asked for
 * @param spoolBytes bytes of kept output above which no more work is asked for
 * @param diskReserve bytes that must be free beside the output of one more command
 */
public record AgentSettings(
        Address bus,
        MinionId minion,
        Path data,
        Map<String, String> labels,
        boolean insecurePlaintextOnEveryNetwork,
        int slots,
        Duration ackTimeout,
        Duration killGrace,
        Duration drain,
        long outputStdout,
        long outputStderr,
        Cgroup cgroup,
        int commandPids,
        long commandMemory,
        Duration reconnectFirst,
        Duration reconnectLongest,
        Duration keepAliveInterval,
        Duration keepAliveLifetime,
        Duration healthInterval,
        int unsettledEntries,
        long spoolBytes,
        long diskReserve) {

    /** Whether commands are held by cgroups. */
    public enum Cgroup {
        /** Where this host lets the agent have them. */
        AUTO,
        OFF
    }

    /** The kernel's own word for the name of this host: no resolver is asked, so that the id does not change with the network. */
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /** Asks the file for every key; whatever else stands in it is an error. */
    public static AgentSettings of(ConfigFile config) {
        return of(config, hostName());
    }

    static AgentSettings of(ConfigFile config, String hostName) {
        Duration keepAlive = config.duration("keep_alive_interval", "10s", "10s", "60s");
        AgentSettings settings = new AgentSettings(
                config.address("bus", "127.0.0.1:7505"),
                minion(config, hostName),
                config.path("data", Path.of("/var/lib/qcmd-agent")),
                config.map("labels", 64, 64, 256),
                config.flag("insecure_plaintext_on_every_network", false),
                config.number("slots", 4, 1, 64),
                config.duration("ack_timeout", "10s", "100ms", "5m"),
                config.duration("kill_grace", "5s", "0s", "1m"),
                config.duration("drain", "2s", "0s", "1m"),
                config.bytes("output_stdout", "1MiB", "16KiB", "1MiB"),
                config.bytes("output_stderr", "256KiB", "16KiB", "256KiB"),
                config.choice("cgroup", Cgroup.AUTO),
                config.number("command_pids", 4_096, 0, 4_194_304),
                config.bytes("command_memory", "0B", "0B", "16384GiB"),
                config.duration("reconnect_first", "1s", "10ms", "60s"),
                config.duration("reconnect_longest", "60s", "100ms", "1h"),
                keepAlive,
                config.duration("keep_alive_lifetime", "30s", "20s", "180s"),
                config.duration("health_interval", keepAlive.toSeconds() + "s", "1s", "60s"),
                config.number("unsettled_entries", 1_000, 1, 9_000),
                config.bytes("spool_bytes", "256MiB", "2MiB", "64GiB"),
                config.bytes("disk_reserve", "16MiB", "4MiB", "64GiB"));
        config.done();
        settings.check(config);
        return settings;
    }

    private static MinionId minion(ConfigFile config, String hostName) {
        String name = config.text("minion", hostName.isEmpty() ? "-" : hostName.toLowerCase(Locale.ROOT));
        try {
            return new MinionId(name);
        } catch (QcmdException e) {
            throw config.invalid("minion", String.valueOf(e.getMessage()));
        }
    }

    private void check(ConfigFile config) {
        if (bus.port() == 0) {
            throw config.invalid("bus", "use a port of 1-65535");
        }
        if (!bus.isLoopback() && !insecurePlaintextOnEveryNetwork) {
            throw config.invalid(
                    "bus",
                    "is no loopback address, and nothing is encrypted yet: whoever stands between runs commands here as root; use 127.0.0.1,"
                            + " or insecure_plaintext_on_every_network: true to accept that");
        }
        if (reconnectFirst.compareTo(reconnectLongest) > 0) {
            throw config.invalid("reconnect_first", "is longer than reconnect_longest");
        }
        Duration twice = keepAliveInterval.multipliedBy(2);
        if (keepAliveLifetime.compareTo(twice) < 0
                || keepAliveLifetime.compareTo(keepAliveInterval.multipliedBy(3)) > 0) {
            throw config.invalid("keep_alive_lifetime", "use 2 to 3 times keep_alive_interval");
        }
    }

    private static String hostName() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
