package io.qcmd.bus.fleet;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;

/** What the terms of a target must be, and the errors for those that are not. */
final class Terms {
    private Terms() {}

    /** Refuses what no minion can be called with TARGET_INVALID. */
    static void checkName(String name) {
        try {
            MinionId unused = new MinionId(name);
        } catch (QcmdException e) {
            throw new QcmdException(ErrorCode.TARGET_INVALID, "target: " + e.getMessage());
        }
    }

    static QcmdException invalid(String term, String what) {
        return new QcmdException(ErrorCode.TARGET_INVALID, "target " + Quoted.of(term) + ": " + what);
    }

    static QcmdException exceeded(String term, String what) {
        return new QcmdException(ErrorCode.LIMIT_EXCEEDED, "target " + Quoted.of(term) + ": " + what);
    }
}
