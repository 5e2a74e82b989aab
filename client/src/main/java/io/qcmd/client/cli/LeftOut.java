package io.qcmd.client.cli;

import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Discarded.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Says how many names never became targets, and why. */
final class LeftOut {
    /** Words that a line shows. */
    private static final int SHOWN = 10;

    private LeftOut() {}

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
