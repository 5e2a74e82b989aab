package io.qcmd.bus.gate;

import io.qcmd.protocol.QcmdException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** How many clients of one user are connected. Thread-safe. */
final class UserSessions {
    private static final Duration LATER = Duration.ofSeconds(1);

    private final int most;
    private final Map<String, Integer> open = new HashMap<>();
    private long refused;

    /** @param most {@code sessions_per_user} */
    UserSessions(int most) {
        this.most = most;
    }

    /** Takes a place, to be given back by {@link #leave}; BUSY when none is left. */
    synchronized void enter(String user) {
        int before = open.getOrDefault(user, 0);
        if (before >= most) {
            refused++;
            throw QcmdException.busy(
                    user + ": " + most + " clients are connected, the limit of sessions_per_user", LATER);
        }
        open.put(user, before + 1);
    }

    synchronized void leave(String user) {
        open.computeIfPresent(user, (name, sessions) -> sessions > 1 ? sessions - 1 : null);
    }

    synchronized long refused() {
        return refused;
    }
}
