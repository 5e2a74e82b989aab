package io.qcmd.bus.fleet;

import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import io.qcmd.protocol.Version;
import org.jspecify.annotations.Nullable;

/**
 * Whether one minion is controllable, and if not, why. Two words that do not know of each other: an operator's, which only an operator takes back, and our own,
 * which is what was found wrong last:
 *
 * <pre>
 *   GONE        no session for longer than uncontrollable_after
 *   NOT_READY   a session ended, and three offers in a row had got no answer
 *   DISK, CLOCK, VERSION   a HEALTH said so
 *   none        two healthy HEALTHs in a row, in one session, with nothing found in between
 * </pre>
 *
 * <p>A state machine in plain Java, without a clock and a timer: each event brings its bus time in milliseconds, and every look is one. What time alone brings
 * about is found at the next look, and told as of when it was so. Owned by its {@link Member}.
 */
final class Condition {
    /** Offers in a row without READY or REFUSED. */
    static final int OFFERS = 3;
    /** HEALTHs in a row that take a minion off the list. */
    static final int HEALTHS = 2;

    private final PresenceSettings settings;
    private @Nullable Uncontrollable quarantine;
    private @Nullable Uncontrollable found;
    private boolean connected;
    private long goneSince;
    private int offers;
    private int healthy;

    /** Of a minion without a session. */
    Condition(PresenceSettings settings, long goneSince, @Nullable Uncontrollable quarantine) {
        this.settings = settings;
        this.goneSince = goneSince;
        this.quarantine = quarantine;
    }

    /** Why it is on the list; null: it is not. The operator's word stands above all others. */
    @Nullable
    Uncontrollable look(long now) {
        long limit = settings.uncontrollableAfter().toMillis();
        if (!connected && !isFound(Reason.GONE) && now - goneSince > limit) {
            found(Reason.GONE, "no session for more than " + limit / 1_000 + " s", goneSince + limit);
        }
        return quarantine == null ? found : quarantine;
    }

    void opened(long now) {
        look(now);
        connected = true;
    }

    /** Here and not earlier it is known that the last offer gets no answer: a session that owes one for {@code ack_timeout} is ended. */
    void ended(long now) {
        connected = false;
        goneSince = now;
        healthy = 0;
        if (offers >= OFFERS) {
            found(Reason.NOT_READY, offers + " offers in a row without READY", now);
            offers = 0;
        }
    }

    /** A message was emitted. Counted here: an agent that never answers must still become uncontrollable. */
    void offered() {
        offers++;
    }

    /** READY, or REFUSED: whatever it thinks of the message, it takes part. */
    void answered() {
        offers = 0;
    }

    void health(HealthInfo health, String version) {
        if (!connected || isWrong(health, version)) {
            return;
        }
        healthy++;
        if (healthy >= HEALTHS) {
            found = null;
        }
    }

    /** An operator's word; null: it is taken back. */
    void quarantine(@Nullable Uncontrollable word) {
        quarantine = word;
    }

    boolean isQuarantined() {
        return quarantine != null;
    }

    private boolean isWrong(HealthInfo health, String version) {
        long offset = health.clockOffsetMillis();
        long limit = settings.clockOffsetLimit().toMillis();
        if (health.diskFree() < health.diskNeeded()) {
            String text = health.diskFree() + " bytes free for the agent, " + health.diskNeeded() + " needed";
            found(Reason.DISK, text, health.at());
        } else if (Math.abs(offset) > limit) {
            String way = offset < 0 ? " s behind" : " s ahead of";
            String text = "its clock is " + Math.abs(offset) / 1_000 + way + " that of the bus; at most "
                    + limit / 1_000 + " s are allowed";
            found(Reason.CLOCK, text, health.at());
        } else if (Version.isOlder(version, settings.leastAgentVersion())) {
            String text = "its agent is " + version + "; at least " + settings.leastAgentVersion() + " is needed";
            found(Reason.VERSION, text, health.at());
        } else {
            return false;
        }
        return true;
    }

    /** The same once more changes the words only. */
    private void found(Reason reason, String text, long at) {
        Uncontrollable before = found;
        found = new Uncontrollable(reason, text, before != null && before.reason() == reason ? before.since() : at);
        healthy = 0;
    }

    private boolean isFound(Reason reason) {
        return found != null && found.reason() == reason;
    }
}
