package io.qcmd.protocol;

import java.util.List;

/**
 * One page of a cursor: everything of the job with {@code after < seq <= cursor}, at most 256 rows and 512 KiB, in order of {@code seq} per list. Pieces of
 * output of a minion have smaller numbers than its fate.
 *
 * @param cursor where the next page goes on
 * @param complete whether all was sent: every target has its fate, or the query does not follow
 */
public record ResultPage(
        long cursor, List<Fate> fates, List<Piece> output, List<Hint> hints, Counts counts, boolean complete) {

    /** A piece of output with its number in the ledger. */
    public record Piece(long seq, MinionId minion, Output.Stream stream, long offset, Bytes bytes) {}

    /** A target that goes on: ACCEPTED or RUNNING. */
    public record Hint(MinionId minion, TargetState state) {}

    public ResultPage {
        fates = List.copyOf(fates);
        output = List.copyOf(output);
        hints = List.copyOf(hints);
    }
}
