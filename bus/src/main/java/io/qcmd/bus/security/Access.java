package io.qcmd.bus.security;

import io.qcmd.protocol.Route;

/** Asked once for every request, before its handler. Thread-safe; answers at once. */
public interface Access {
    /** Passes, or throws a QcmdException with FORBIDDEN that says who, what and the rule. */
    void check(Principal principal, Route route);
}
