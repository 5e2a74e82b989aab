package io.qcmd.client.cli;

import io.qcmd.protocol.Labels;
import io.qcmd.protocol.MinionInfo;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Relabelled;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;

@Command(name = "minions", description = "The managed hosts: minions ls, show, rm, label, quarantine, release, tap.")
final class MinionsVerb {
    private static final Pattern NAME = Pattern.compile("[a-z0-9._-]+");

    private final Session session;
    private final MinionTexts texts;

    MinionsVerb(Session session) {
        this.session = session;
        this.texts = new MinionTexts(session);
    }

    @Command(name = "ls", description = "Minions in order of their names; -o wide says more of them.")
    int ls(
            @Parameters(paramLabel = "TARGET", defaultValue = "*", description = "Which, all by default.")
                    String target,
            @Mixin Choosing choosing,
            @Option(names = "--state", paramLabel = "STATE", description = "Only these: up, down or uncontrollable.")
                    @Nullable
                    Presence state,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Again every 2 s until Ctrl-C; in a pipe what changes, as JSON lines.")
                    boolean watch) {
        Refresh refresh = watch ? new Refresh(session, "minions ls") : null;
        return session.with(client -> {
            Selection which = choosing.of(target);
            Flux<MinionInfo> minions = state == null
                    ? client.minions().list(which)
                    : client.minions().list(which, state);
            if (refresh != null) {
                return refresh.forever(
                        minions.collectList(),
                        all -> listing().print(Flux.fromIterable(all), session),
                        new MinionChanges(session.console())::show);
            }
            listing().print(minions, session);
            return LeftOut.tell(session, client, which).code();
        });
    }

    private Listing<MinionInfo> listing() {
        return session.globals().format() == Globals.Format.WIDE
                ? new Listing<>(
                        "minion",
                        List.of("MINION", "STATE", "LAST SEEN", "VERSION", "OS", "LABELS", "NOTE"),
                        texts::wide,
                        Shapes::minion)
                : new Listing<>(
                        "minion",
                        List.of("MINION", "STATE", "LAST SEEN", "VERSION", "LABELS", "NOTE"),
                        texts::cells,
                        Shapes::minion);
    }

    @Command(name = "show", description = "All that is known of a minion, or of each of several.")
    int show(@Parameters(paramLabel = "TARGET", description = "Its name, or see qcmd help targets.") String target) {
        return session.with(client -> {
            if (NAME.matcher(target).matches()) {
                MinionInfo minion = Calls.answer(client.minions().get(target));
                Pager.show(session, () -> show(minion));
                return ExitCode.OK.code();
            }
            Selection which = Selection.of(TargetText.read(target));
            Pager.show(session, () -> showAll(client.minions().list(which)));
            return LeftOut.tell(session, client, which).code();
        });
    }

    private void showAll(Flux<MinionInfo> minions) {
        if (session.globals().isText()) {
            Calls.each(minions.index(), numbered -> {
                if (numbered.getT1() > 0) {
                    session.console().print("");
                }
                texts.page(numbered.getT2());
            });
        } else {
            listing().print(minions, session);
        }
    }

    private void show(MinionInfo minion) {
        if (session.globals().isText()) {
            texts.page(minion);
        } else {
            session.console().json(out -> Shapes.minion(minion, out));
        }
    }

    @Command(name = "rm", description = "Forget a minion that is gone; its jobs and their results stay.")
    int remove(@Parameters(paramLabel = "MINION", description = "Its name.") String id) {
        return session.with(client -> {
            Calls.done(client.minions().remove(id));
            if (!session.globals().quiet()) {
                session.console().note("removed " + Escape.text(id));
            }
            return ExitCode.OK.code();
        });
    }

    @Command(name = "quarantine", description = "Leave minions out of runs, and hold back what waits for them.")
    int quarantine(
            @Parameters(paramLabel = "TARGET", description = "Which: see qcmd help targets.") String target,
            @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why, for people.")
                    String reason) {
        return session.with(client -> {
            Target which = TargetText.read(target);
            Quarantined answer = Calls.answer(client.minions().quarantine(which, reason));
            changed(answer.matched(), answer.changed(), "quarantined");
            return LeftOut.tell(session, client, Selection.of(which)).code();
        });
    }

    @Command(name = "release", description = "End the quarantine of minions.")
    int release(@Parameters(paramLabel = "TARGET", description = "Which: see qcmd help targets.") String target) {
        return session.with(client -> {
            Target which = TargetText.read(target);
            Quarantined answer = Calls.answer(client.minions().release(which));
            changed(answer.matched(), answer.changed(), "released");
            return LeftOut.tell(session, client, Selection.of(which)).code();
        });
    }

    @Command(
            name = "label",
            description = "Give minions labels that stand above what their agents say, or take them off.")
    int label(
            @Parameters(paramLabel = "TARGET", description = "Which: see qcmd help targets.") String target,
            @Parameters(paramLabel = "NAME=VALUE|NAME-", arity = "1..*", description = "A label, or its end.")
                    List<String> words) {
        Labels.Change change = LabelWords.read(words);
        return session.with(client -> {
            Target which = TargetText.read(target);
            Relabelled answer = Calls.answer(client.minions().label(which, change));
            changed(answer.matched(), answer.changed(), "changed");
            return LeftOut.tell(session, client, Selection.of(which)).code();
        });
    }

    private void changed(int matched, int changed, String what) {
        if (session.globals().isText()) {
            session.console().print(Texts.minions(matched) + " matched · " + Texts.count(changed) + " " + what);
        } else {
            session.console().json(out -> Shapes.changed(matched, changed, out));
        }
        session.console().flush();
    }

    @Command(name = "tap", description = "Every message on its way to a minion, from now on until Ctrl-C.")
    int tap(@Parameters(paramLabel = "MINION", description = "Its name.") String id) {
        return session.with(client -> new TapWatch(session, id).follow(client).code());
    }
}
