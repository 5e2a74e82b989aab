package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.WireCodec;
import org.jspecify.annotations.Nullable;

/** Records inside a column: as on the wire. */
final class Blob {
    private static final WireCodec CODEC = WireCodec.cbor(WireCodec.Size.LARGE);

    private Blob() {}

    static byte @Nullable [] of(@Nullable Object message) {
        return message == null ? null : CODEC.encode(message);
    }

    /** Unreadable: STORE_UNAVAILABLE, as it is the store that is wrong, not the request. */
    static <T> T read(byte[] bytes, Class<T> type) {
        try {
            return CODEC.decode(bytes, type);
        } catch (QcmdException e) {
            throw new QcmdException(ErrorCode.STORE_UNAVAILABLE, "store: holds an unreadable row, " + e.getMessage());
        }
    }
}
