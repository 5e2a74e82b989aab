package io.qcmd.bus.store;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Limits;
import java.io.ByteArrayOutputStream;

/** The first 8 KiB of a stream, put together from its pieces. For adapters of {@link Ledger}; not thread-safe. */
public final class OutputHead {
    private final ByteArrayOutputStream head = new ByteArrayOutputStream(0);

    /** The next piece, in order of offset. One that does not follow on, as something was left out before it, is no part of the head. */
    public void add(long offset, Bytes piece) {
        if (offset == head.size() && offset < Limits.RESULT_HEAD) {
            int length = Math.min(piece.size(), Limits.RESULT_HEAD - head.size());
            head.writeBytes(piece.slice(0, length).toArray());
        }
    }

    public Bytes bytes() {
        return Bytes.wrap(head.toByteArray());
    }
}
