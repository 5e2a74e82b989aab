package io.qcmd.client.cli;

import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.ChannelInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.Target;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "minions",
        description = "The managed hosts: minions ls [TARGET], minions show MINION, minions tap MINION.")
final class MinionsVerb {
    private final Session session;

    MinionsVerb(Session session) {
        this.session = session;
    }

    @Command(name = "ls", description = "Minions in order of their names.")
    int ls(
            @Parameters(paramLabel = "TARGET", defaultValue = "*", description = "Which, all by default.")
                    String target,
            @Option(names = "--state", paramLabel = "STATE", description = "Only these: up or down.") @Nullable
                    Presence state) {
        return session.with(client -> {
            Listing<MinionInfo> minions = new Listing<>(
                    "minion",
                    List.of("MINION", "STATE", "LAST SEEN", "VERSION", "LABELS"),
                    this::cells,
                    Shapes::minion);
            minions.print(
                    client.minions()
                            .list(new Target(target))
                            .filter(minion -> state == null || minion.presence() == state),
                    session);
            return ExitCode.OK.code();
        });
    }

    @Command(name = "show", description = "All that is known of a minion.")
    int show(@Parameters(paramLabel = "MINION", description = "Its name.") String id) {
        return session.with(client -> {
            MinionInfo minion = Calls.answer(client.minions().get(id));
            if (session.globals().format() == Globals.Format.PLAIN) {
                page(minion);
            } else {
                session.console().json(out -> Shapes.minion(minion, out));
            }
            session.console().flush();
            return ExitCode.OK.code();
        });
    }

    @Command(name = "tap", description = "Every message on its way to a minion, from now on until Ctrl-C.")
    int tap(@Parameters(paramLabel = "MINION", description = "Its name.") String id) {
        return session.with(client -> new TapWatch(session, id).follow(client).code());
    }

    private List<String> cells(MinionInfo minion) {
        return List.of(
                minion.id().value(),
                state(minion),
                lastSeen(minion),
                Escape.text(minion.version()),
                Texts.pairs(minion.labels()));
    }

    private void page(MinionInfo minion) {
        Console console = session.console();
        console.print("minion     " + minion.id());
        console.print("state      " + state(minion) + " since " + Texts.time(minion.since()));
        console.print("last seen  " + lastSeen(minion));
        console.print("enrolled   " + Texts.time(minion.enrolledAt()));
        console.print("version    " + Escape.text(minion.version()));
        console.print(("labels     " + Texts.pairs(minion.labels())).stripTrailing());
        console.print(("facts      " + Texts.pairs(minion.facts())).stripTrailing());
        console.print("channel " + channel(minion.channel()));
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
