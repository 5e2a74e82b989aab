package io.qcmd.client.cli;

import io.qcmd.client.QcmdClient;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.MinionInfo.Presence;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import io.qcmd.protocol.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code qcmd doctor} asks a bus. */
final class BusChecks {
    /** Milliseconds: less is not worth a word. */
    private static final long SKEW = 1_000;

    /** Names told at most. */
    private static final int NAMES = 5;

    private final Session session;
    private final QcmdClient client;

    BusChecks(Session session, QcmdClient client) {
        this.session = session;
        this.client = client;
    }

    /** All findings; an error of the first question is the caller's. */
    List<Finding> findings() {
        // Once for the connection, which takes longest and says nothing about the clock.
        Calls.answer(client.ping());
        long asked = session.clock().millis();
        BusStatus status = Calls.answer(client.status());
        long answered = session.clock().millis();
        List<Finding> findings = new ArrayList<>();
        findings.add(version(status));
        findings.add(clock(status.now() - (asked + answered) / 2, (answered - asked) / 2 + 1));
        findings.add(minions(status));
        return findings;
    }

    private Finding version(BusStatus status) {
        String text = status.version() + " at " + session.bus().url() + " ("
                + session.bus().origin() + ")";
        return status.version().equals(Version.CURRENT)
                ? Finding.ok("bus", text)
                : Finding.warning("bus", text + "; this is " + Version.CURRENT, "install the same version here");
    }

    private static Finding clock(long ahead, long doubt) {
        String text = String.format(Locale.ROOT, "the bus is %+,d ms ahead of this host, ± %,d ms", ahead, doubt);
        return Math.abs(ahead) - doubt < SKEW
                ? Finding.ok("clock", text)
                : Finding.warning("clock", text, "timedatectl set-ntp true, on the host whose clock is wrong");
    }

    private Finding minions(BusStatus status) {
        int down = status.minionsKnown() - status.minionsUp() - status.minionsUncontrollable();
        String text = Texts.minions(status.minionsKnown()) + " known, " + Texts.count(status.minionsUp()) + " up";
        if (status.minionsUncontrollable() > 0) {
            text += ", " + Texts.count(status.minionsUncontrollable()) + " uncontrollable";
        }
        if (down > 0) {
            return Finding.warning(
                    "minions", text + ", down: " + names(down), "systemctl status qcmd-agent, on these hosts");
        }
        return status.minionsUncontrollable() == 0
                ? Finding.ok("minions", text)
                : Finding.warning("minions", text, "qcmd minions ls --state uncontrollable");
    }

    private String names(int down) {
        List<String> names = new ArrayList<>();
        Calls.each(
                client.minions()
                        .list(Selection.of(new Target("*")), Presence.DOWN)
                        .take(NAMES),
                minion -> names.add(minion.id().value()));
        String more = down > NAMES ? " and " + Texts.count(down - NAMES) + " more" : "";
        return String.join(" ", names) + more;
    }
}
