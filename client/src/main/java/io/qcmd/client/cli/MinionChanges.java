package io.qcmd.client.cli;

import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.MinionInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What is new of a list of minions, as JSON lines: at first all, then who came, who is otherwise than before, and who is not there any more. A sign of life is no news. */
final class MinionChanges {
    private final Console console;
    private final Map<MinionId, Object> known = new HashMap<>();

    MinionChanges(Console console) {
        this.console = console;
    }

    void show(List<MinionInfo> minions) {
        TreeSet<MinionId> gone = new TreeSet<>(known.keySet());
        for (MinionInfo minion : minions) {
            gone.remove(minion.id());
            Object now = withoutTimes(minion);
            if (!now.equals(known.put(minion.id(), now))) {
                console.json(out -> {
                    out.writeStringField("type", "minion");
                    Shapes.minion(minion, out);
                });
            }
        }
        for (MinionId minion : gone) {
            known.remove(minion);
            console.json(out -> {
                out.writeStringField("type", "gone");
                out.writeStringField("minion", minion.value());
            });
        }
    }

    private static Object withoutTimes(MinionInfo minion) {
        return List.of(
                minion.presence(),
                minion.uncontrollable() == null ? "" : minion.uncontrollable().reason(),
                minion.version(),
                minion.effectiveLabels(),
                minion.facts(),
                minion.clones(),
                minion.channel());
    }
}
