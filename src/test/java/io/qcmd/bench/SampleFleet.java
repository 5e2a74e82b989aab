package io.qcmd.bench;

import io.qcmd.bus.fleet.Roster;
import io.qcmd.bus.fleet.Traits;
import io.qcmd.protocol.MinionId;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Minions to choose from: four web to one db, in four data centres, each with labels, facts and addresses. */
final class SampleFleet {
    private static final String[] CENTRES = {"bj", "sh", "gz", "sz"};

    private SampleFleet() {}

    private record Minion(MinionId id, Traits traits) implements Roster.Entry {}

    /** Side by side in memory, as after some collections: otherwise the first targets would pay for the garbage in between. */
    static Roster of(int minions) {
        Roster fleet = new Roster(IntStream.range(0, minions)
                .mapToObj(SampleFleet::minion)
                .sorted(Comparator.comparing(Minion::id))
                .toList());
        System.gc();
        return fleet;
    }

    /** A unique local one and a global one, as agents tell them. */
    private static String addresses(int i) {
        return String.format(
                Locale.ROOT,
                "fd00:0:%x:%x:0:0:0:1 2001:db8:%1$x:%x:5054:ff:fe12:%2$x",
                i / 65_536,
                i % 65_536,
                i % 256);
    }

    private static Minion minion(int i) {
        String role = i % 5 == 0 ? "db" : "web";
        Map<String, String> labels = Map.of("role", role, "dc", CENTRES[i / 5 % 4]);
        Map<String, String> facts = Map.of(
                "os", "debian",
                "os_version", "12",
                "os_name", "Debian GNU/Linux 12 (bookworm)",
                "kernel", "6.1.0-18-amd64",
                "arch", "amd64",
                "ipv4", "10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256,
                "ipv6", addresses(i));
        int number = role.equals("db") ? i / 5 : i - i / 5 - 1;
        return new Minion(new MinionId(String.format(Locale.ROOT, "%s%05d", role, number)), new Traits(labels, facts));
    }
}
