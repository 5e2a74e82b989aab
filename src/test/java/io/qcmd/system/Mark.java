package io.qcmd.system;

import io.qcmd.transport.Violation;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a bus records that it closed the connection of an attacker. Its guards count each one by its reason, and log one line a second; of a session that is closed for what
 * it said each is in the log.
 *
 * @param reason of the guard; null: the session was closed
 */
record Mark(@Nullable Violation reason) {
    static final Mark SESSION = new Mark(null);

    /** Connections that were closed so far: by all guards together, or as sessions. */
    static long count(House house, Program bus, boolean byGuard) {
        return byGuard ? House.answer(house.client().status()).pressure().violations() : SESSION.lines(bus);
    }

    boolean isOfGuard() {
        return reason != null;
    }

    /** How often it stands in the log. */
    long lines(Program bus) {
        String line = reason == null ? "closing the session of (evil|flood-)" : "guard: closed \\S+: " + reason + ": ";
        return Pattern.compile(line).matcher(bus.err()).results().count();
    }

    @Override
    public String toString() {
        return reason == null ? "session" : reason.name();
    }
}
