package io.qcmd.client.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What does here what a function of Salt does that we do not have. */
final class SaltHints {
    /** Commands for {@code qcmd run}; … stands for the arguments. */
    private static final Map<String, String> COMMANDS = Map.ofEntries(
            Map.entry("pkg.install", "apt-get install -y …"),
            Map.entry("pkg.remove", "apt-get remove -y …"),
            Map.entry("pkg.version", "dpkg-query -W …"),
            Map.entry("service.start", "systemctl start …"),
            Map.entry("service.stop", "systemctl stop …"),
            Map.entry("service.restart", "systemctl restart …"),
            Map.entry("service.status", "systemctl is-active …"),
            Map.entry("disk.usage", "df -h"),
            Map.entry("status.uptime", "uptime"),
            Map.entry("status.loadavg", "cat /proc/loadavg"),
            Map.entry("network.ip_addrs", "ip -brief address"),
            Map.entry("file.remove", "rm …"),
            Map.entry("system.reboot", "systemctl reboot"));

    /** Other verbs; TARGET stands for the target. */
    private static final Map<String, String> VERBS = Map.of(
            "cmd.shell", "qcmd TARGET cmd.run …",
            "cmd.run_all", "qcmd TARGET cmd.run …",
            "cmd.run_stdout", "qcmd TARGET cmd.run …",
            "cmd.retcode", "qcmd TARGET cmd.run …",
            "grains.item", "qcmd minions show TARGET",
            "grains.get", "qcmd minions show TARGET",
            "test.version", "qcmd minions ls TARGET",
            "saltutil.term_job", "qcmd cancel …",
            "saltutil.signal_job", "qcmd cancel …",
            "saltutil.running", "qcmd jobs ls");

    private SaltHints() {}

    /** @param target as a shell reads it */
    static String of(String target, String function, List<String> arguments) {
        String words = arguments.stream().map(Texts::word).collect(Collectors.joining(" "));
        String verb = VERBS.get(function);
        String form = verb == null ? "qcmd run TARGET -- " + COMMANDS.getOrDefault(function, "COMMAND") : verb;
        return form.replace("TARGET", target).replace("…", words).strip();
    }
}
