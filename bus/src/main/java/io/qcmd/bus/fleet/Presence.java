package io.qcmd.bus.fleet;

import io.qcmd.bus.security.Principal;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quarantine;
import io.qcmd.protocol.Quarantined;
import io.qcmd.protocol.Report;
import reactor.core.publisher.Mono;

/** Who is controllable. Thread-safe. */
public final class Presence {
    /** Puts minions on the uncontrollable list or takes them off; completes when it is on disk. */
    public Mono<Quarantined> quarantine(Principal actor, Quarantine wanted) {
        return Mono.error(new QcmdException(ErrorCode.UNKNOWN_ROUTE, "quarantine: not yet"));
    }

    /** The agent says how it is. */
    public void health(MinionId minion, Report.Health health) {}
}
