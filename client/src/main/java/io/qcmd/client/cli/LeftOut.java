package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Discarded.Reason;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Selection.WhenUncontrollable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Says how many names never became targets, and why. */
final class LeftOut {
    /** Words that a line shows. */
    private static final int SHOWN = 10;

    private LeftOut() {}

    /**
     * Tells of names that a target holds and that no answer about minions shows, as they are nobody's or not for us: not of what the request left out itself.
     *
     * @return exit 4 when one of them was asked for by exact id, list or range
     */
    static ExitCode tell(Session session, QcmdClient client, Selection which) {
        Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
        List<Discarded.Name> names = new ArrayList<>();
        // The uncontrollable are in such answers. The first page has the counts: most often there is no need for more.
        Calls.each(
                client.minions()
                        .preview(which.withUncontrollable(WhenUncontrollable.QUEUE))
                        .takeUntil(page -> page.counts().keySet().stream().allMatch(Reason::isOwnWish)),
                page -> {
                    counts.putAll(page.counts());
                    names.addAll(page.discarded());
                });
        counts.keySet().removeIf(Reason::isOwnWish);
        if (!session.globals().quiet()) {
            lines(counts, names).forEach(session.console()::note);
        }
        return exit(names);
    }

    /** 4 when one of them was asked for by exact id, list or range, and not left out by the request itself. */
    static ExitCode exit(List<Discarded.Name> names) {
        boolean isMissing =
                names.stream().anyMatch(name -> name.asked() && !name.reason().isOwnWish());
        return isMissing ? ExitCode.NO_STATUS : ExitCode.OK;
    }

    /** A line per reason. */
    static List<String> lines(Map<Reason, Integer> counts, List<Discarded.Name> names) {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(counts)
                .forEach((reason, count) -> lines.add(
                        "left out: " + Texts.minions(count) + " (" + text(reason) + ")" + more(reason, names)));
        return lines;
    }

    static String text(Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String more(Reason reason, List<Discarded.Name> names) {
        if (reason == Reason.UNCONTROLLABLE) {
            return ": qcmd minions ls --state uncontrollable";
        }
        if (reason.isOwnWish()) {
            return "";
        }
        List<String> words = FoldedNames.of(names.stream()
                .filter(name -> name.reason() == reason)
                .map(name -> Escape.text(name.name()))
                .toList());
        String shown = String.join(" ", words.subList(0, Math.min(SHOWN, words.size())));
        return ": " + shown + (words.size() > SHOWN ? " …" : "");
    }
}
