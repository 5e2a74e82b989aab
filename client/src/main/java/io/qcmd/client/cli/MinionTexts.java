package io.qcmd.client.cli;

import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.ChannelInfo;
import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a minion reads: as a row of a list, and as a page of its own. */
record MinionTexts(Session session) {
    /** The columns of a list, but for the OS. */
    List<String> cells(MinionInfo minion) {
        return List.of(
                minion.id().value(),
                state(minion),
                lastSeen(minion),
                Escape.text(minion.version()),
                Texts.pairs(minion.effectiveLabels()),
                leftOut(minion.uncontrollable()));
    }

    /** All columns. */
    List<String> wide(MinionInfo minion) {
        int waiting = minion.channel().queued();
        String jobs = waiting == 0 ? "" : Texts.count(waiting) + (waiting == 1 ? " job waits" : " jobs wait");
        String note = leftOut(minion.uncontrollable());
        return List.of(
                minion.id().value(),
                state(minion),
                lastSeen(minion),
                Escape.text(minion.version()),
                os(minion.facts()),
                Texts.pairs(minion.effectiveLabels()),
                note.isEmpty() || jobs.isEmpty() ? note + jobs : note + "; " + jobs);
    }

    /** debian-12. */
    private static String os(Map<String, String> facts) {
        String version = facts.getOrDefault("os_version", "");
        return Escape.text(facts.getOrDefault("os", "") + (version.isEmpty() ? "" : "-" + version));
    }

    private static String leftOut(@Nullable Uncontrollable why) {
        return why == null ? "" : reason(why) + "; left out of runs";
    }

    /** The text says it all, but for a quarantine, where it is an operator's. */
    private static String reason(Uncontrollable why) {
        return (why.reason() == Uncontrollable.Reason.QUARANTINED ? "quarantined " : "") + Escape.text(why.text());
    }

    /** All that is known of it, on stdout. */
    void page(MinionInfo minion) {
        Console console = session.console();
        console.row("minion     " + minion.id());
        Uncontrollable why = minion.uncontrollable();
        console.row("state      " + state(minion) + " since " + Texts.time(minion.since())
                + (why == null ? "" : ": " + reason(why)));
        console.row("last seen  " + lastSeen(minion));
        console.row("enrolled   " + Texts.time(minion.enrolledAt()));
        console.row("version    " + Escape.text(minion.version()));
        console.row(("labels     " + Texts.pairs(minion.effectiveLabels())).stripTrailing());
        if (!minion.given().isEmpty()) {
            console.row("  given    " + Texts.pairs(minion.given().pairs()));
            console.row(("  told     " + Texts.pairs(minion.labels())).stripTrailing());
        }
        console.row(("facts      " + Texts.pairs(minion.facts())).stripTrailing());
        if (minion.health() != null) {
            console.row("health     " + health(minion.health()));
        }
        if (minion.clones() > 0) {
            console.row("clones     another agent of this name was turned away " + Texts.count(minion.clones())
                    + (minion.clones() == 1 ? " time" : " times") + "; stop it, or give it another name in agent.yaml");
        }
        console.row("channel " + channel(minion.channel()));
    }

    /** 7s ago · disk 1.0 GiB free, 17.3 MiB needed · clock +3 ms · 3 of 4 slots free · load 1.25. */
    private String health(HealthInfo health) {
        return String.format(
                Locale.ROOT,
                "%s ago · disk %s free, %s needed · clock %+,d ms · %d of %d slots free · load %.2f",
                Texts.coarse(Duration.ofMillis(session.clock().millis() - health.at())),
                Texts.bytes(health.diskFree()),
                Texts.bytes(health.diskNeeded()),
                health.clockOffsetMillis(),
                health.freeSlots(),
                health.slots(),
                health.loadPercent() / 100.0);
    }

    /** 4/256 · slot – · dropped 2 · expired 1. */
    private static String channel(ChannelInfo channel) {
        return channel.queued() + "/" + channel.capacity() + " · slot "
                + (channel.slot() == null ? "–" : channel.slot().shortForm()) + " · dropped " + channel.dropped()
                + " · expired " + channel.expired();
    }

    private static String state(MinionInfo minion) {
        return minion.presence().name().toLowerCase(Locale.ROOT);
    }

    private String lastSeen(MinionInfo minion) {
        if (minion.lastSeen() == 0) {
            return "never";
        }
        Duration ago = Duration.ofMillis(session.clock().millis() - minion.lastSeen());
        return minion.presence() == Presence.UP && ago.toSeconds() < 60 ? "now" : Texts.coarse(ago) + " ago";
    }
}
