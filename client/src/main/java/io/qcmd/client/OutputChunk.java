package io.qcmd.client;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Output;

/**
 * A piece of the output of one minion.
 *
 * @param offset where it stands in the true output of that stream
 * @param skipped bytes of the stream right before it that nobody has: they were left out between the kept head and tail
 * @param bytes at most 64 KiB; a character may be cut at its ends
 */
public record OutputChunk(String minion, Output.Stream stream, long offset, long skipped, Bytes bytes) {
    /** The offset after its last byte. */
    public long end() {
        return offset + bytes.size();
    }
}
