package io.qcmd.bus.store;

import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.ResultPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A {@link ResultPage} that is being filled, row by row in order of sequence, up to its limits. For adapters of {@link Ledger}; not thread-safe.
 */
public final class PageBuilder {
    /** What a row costs besides its bytes and texts: names, numbers, hashes. */
    private static final int ROW = 256;

    private final List<Fate> fates = new ArrayList<>();
    private final List<ResultPage.Piece> output = new ArrayList<>();
    private long cursor;
    private int bytes;
    private boolean full;

    /** A page of what comes after this sequence. */
    public PageBuilder(long after) {
        cursor = after;
    }

    /** Adds a row; false: there is no room, the page ends before it. */
    public boolean add(Fate fate) {
        String reason = fate.reason() == null ? "" : fate.reason();
        boolean fits = take(fate.seq(), fate.stdout().size() + fate.stderr().size() + reason.length());
        return fits && fates.add(fate);
    }

    /** Adds a row; false: there is no room, the page ends before it. */
    public boolean add(ResultPage.Piece piece) {
        return take(piece.seq(), piece.bytes().size()) && output.add(piece);
    }

    /** Moves the cursor past a row that is not wanted. */
    public void skip(long seq) {
        cursor = seq;
    }

    /** What was added. Its cursor is the last row that was added or skipped; complete: there was room for every row. */
    public ResultPage page() {
        return new ResultPage(cursor, fates, output, List.of(), new Counts(Map.of()), !full);
    }

    private boolean take(long seq, int size) {
        int rows = fates.size() + output.size();
        if (rows > 0 && (rows == Limits.PAGE_ROWS || bytes + ROW + size > Limits.PAGE_BYTES)) {
            full = true;
            return false;
        }
        bytes += ROW + size;
        cursor = seq;
        return true;
    }
}
