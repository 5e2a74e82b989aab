package io.qcmd.bus.security;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import io.qcmd.protocol.Setup;

/**
 * Knows only the admin: root and the user that the bus runs as, over the Unix socket. A client over TCP is nobody, unless the config says in so many words that
 * whoever reaches the port is admin. A minion may call the routes of agents, and nobody else may.
 *
 * @param busUid the user that the bus runs as
 * @param tcpIsAdmin the dangerous key {@code insecure_tcp_clients_are_admin}
 */
public record AdminAccess(int busUid, boolean tcpIsAdmin) implements Access {
    @Override
    public void check(Principal principal, Route route) {
        boolean allowed = route.role() == Setup.Role.AGENT ? principal instanceof Principal.Minion : isAdmin(principal);
        if (!allowed) {
            throw new QcmdException(
                    ErrorCode.FORBIDDEN,
                    principal.name() + " may not call " + route.path() + ": only root and uid " + busUid
                            + " may, over the Unix socket of the bus");
        }
    }

    private boolean isAdmin(Principal principal) {
        if (principal instanceof Principal.Local local) {
            return local.uid() == 0 || local.uid() == busUid;
        }
        return principal instanceof Principal.Remote && tcpIsAdmin;
    }
}
