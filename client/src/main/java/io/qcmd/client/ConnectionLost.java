package io.qcmd.client;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;

/** The connection broke while an answer was awaited. */
final class ConnectionLost extends QcmdException {
    private static final long serialVersionUID = 1;

    ConnectionLost() {
        super(ErrorCode.UNREACHABLE, "lost the connection to the bus");
    }
}
