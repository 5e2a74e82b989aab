package io.qcmd.client;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.Return.Captured;
import io.qcmd.protocol.TargetState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of a ledger. */
final class Samples {
    static final JobId JOB = JobId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");

    private Samples() {}

    static Fate fate(long seq, String minion, TargetState state) {
        return fate(seq, minion, state, Bytes.EMPTY, false);
    }

    static Fate fate(long seq, String minion, TargetState state, Bytes stdout, boolean late) {
        return new Fate(
                seq, new MinionId(minion), state, 5_000, result(state, stdout), stdout, Bytes.EMPTY, null, late);
    }

    private static @Nullable Return result(TargetState state, Bytes stdout) {
        Captured captured =
                stdout.isEmpty() ? Captured.NONE : new Captured(stdout.size(), stdout.size(), Bytes.wrap(new byte[32]));
        Integer exit = state == TargetState.SUCCEEDED ? Integer.valueOf(0) : state == TargetState.FAILED ? 3 : null;
        // Those that never ran, or of which nobody heard, have no return.
        return state.isEndOfARun() ? new Return(JOB, state, exit, 210, captured, Captured.NONE, 0, null) : null;
    }

    static ResultPage.Piece piece(long seq, String minion, long offset, String text) {
        return new ResultPage.Piece(seq, new MinionId(minion), Output.Stream.STDOUT, offset, Bytes.utf8(text));
    }

    static ResultPage page(long cursor, boolean complete, List<Fate> fates, ResultPage.Piece... pieces) {
        return new ResultPage(cursor, fates, List.of(pieces), List.of(), new Counts(Map.of()), complete);
    }
}
