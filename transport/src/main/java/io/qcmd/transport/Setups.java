package io.qcmd.transport;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Setup;
import io.qcmd.protocol.WireCodec;
import io.rsocket.ConnectionSetupPayload;
import java.nio.ByteBuffer;

/** Our part of SETUP. */
final class Setups {
    private Setups() {}

    /** Neither CBOR nor JSON: BAD_REQUEST; the guard let nobody in with it. */
    static Encoding encoding(ConnectionSetupPayload payload) {
        return Encoding.find(payload.dataMimeType())
                .orElseThrow(() -> new QcmdException(ErrorCode.BAD_REQUEST, "setup: " + Violation.SETUP_MIME.rule()));
    }

    /** Does not parse: BAD_REQUEST. Of another version: UPGRADE_REQUIRED. Of the wrong role: BAD_REQUEST. Does not release the payload. */
    static Setup read(ConnectionSetupPayload payload, Setup.Role role) {
        ByteBuffer data = payload.getData();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        Setup setup = encoding(payload).codec(WireCodec.Size.SMALL).decode(bytes, Setup.class);
        if (setup.protocol() != Limits.PROTOCOL_VERSION) {
            throw new QcmdException(
                    ErrorCode.UPGRADE_REQUIRED,
                    "setup: protocol " + setup.protocol() + "; spoken here: " + Limits.PROTOCOL_VERSION);
        }
        if (setup.role() != role) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, "setup: " + setup.role() + " at the door of " + role);
        }
        return setup;
    }
}
