package io.qcmd.client.cli;

import io.qcmd.protocol.Group;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "group", description = "Saved targets: group ls, group set NAME TARGET, group rm NAME.")
final class GroupVerb {
    private final Session session;

    GroupVerb(Session session) {
        this.session = session;
    }

    @Command(name = "ls", description = "All groups by name.")
    int ls() {
        return session.with(client -> {
            Listing<Group> groups =
                    new Listing<>("group", List.of("GROUP", "TARGET", "CHANGED", "BY"), this::cells, Shapes::group);
            groups.print(client.groups().list(), session);
            return ExitCode.OK.code();
        });
    }

    @Command(name = "set", description = "Save a target as @NAME, in place of an older one.")
    int set(
            @Parameters(index = "0", paramLabel = "NAME", description = "1-64 of [a-z0-9._-].") String name,
            @Parameters(index = "1", paramLabel = "TARGET", description = "See qcmd help targets.") String target) {
        return session.with(client -> {
            Group group = Calls.answer(client.groups().set(name, TargetText.read(target)));
            return told("saved", group);
        });
    }

    @Command(name = "rm", description = "Forget a saved target.")
    int rm(@Parameters(paramLabel = "GROUP", description = "Without the @.") String name) {
        return session.with(
                client -> told("removed", Calls.answer(client.groups().remove(name))));
    }

    private int told(String what, Group group) {
        if (session.globals().format() != Globals.Format.PLAIN) {
            session.console().json(out -> Shapes.group(group, out));
            session.console().flush();
        } else if (!session.globals().quiet()) {
            session.console().note(what + " @" + group.name() + ": " + target(group));
        }
        return ExitCode.OK.code();
    }

    private List<String> cells(Group group) {
        Duration ago = Duration.ofMillis(session.clock().millis() - group.changedAt());
        return List.of("@" + group.name(), target(group), Texts.coarse(ago) + " ago", Escape.text(group.changedBy()));
    }

    private static String target(Group group) {
        String text = Escape.text(group.target().expression());
        return text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }
}
