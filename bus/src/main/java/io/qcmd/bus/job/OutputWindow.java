package io.qcmd.bus.job;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.QcmdException;
import java.time.Duration;

/**
 * How much output of one target may be on its way in one session, and what that takes of the pool.
 *
 * <pre>
 *   committed │◀──────────── size ────────────▶│  what may come and is not on disk: the agent was told no more
 *             │◀── underway ──▶│               │  what has come
 *             │◀─ first ─▶│◀──── reserved ────▶│  taken from the pool when it is told; the first when it comes
 * </pre>
 *
 * <p>What was told is never taken back, as it may be on its way: while the pool is short a window is not renewed, and shrinks with each commit down to the first one.
 * It doubles when half of it has come at once, so that only who has much to say holds much: the idea of TCP's slow start (RFC 5681). Owned by its target.
 */
final class OutputWindow {
    /** Pieces, which cost memory however small they are: far above what the frames on their way from an honest agent hold. */
    static final int MOST_PIECES = 4 * Limits.FRAME_MESSAGES;
    /** What a piece takes beside its bytes: its write, who waits for it, and its answer. */
    private static final int PIECE_BYTES = 512;

    private static final Duration LATER = Duration.ofSeconds(1);

    /**
     * Where output comes from.
     *
     * @param session its number: larger for a later session of the same minion
     */
    record Source(long session, OutputPool pool) {}

    private final Source source;
    private int size = Limits.FIRST_WINDOW;
    private int underway;
    private int pieces;
    private int taken;
    private boolean ended;

    OutputWindow(Source source) {
        this.source = source;
    }

    /** What this takes of the memory of the bus. */
    static int cost(int bytes, int pieces) {
        return bytes + pieces * PIECE_BYTES;
    }

    /** Whether output from there is of no interest any more: its session has ended, or a later one was here. */
    boolean isOver(Source from) {
        return from.session() < source.session() || (from.session() == source.session() && ended);
    }

    /** Whether that is a later session, which begins with a window of its own. */
    boolean isBefore(Source from) {
        return source.session() < from.session();
    }

    /** A piece has come. Beyond the window: LIMIT_EXCEEDED. No room for it in the pool: BUSY; its session has to end, and the next one tells it again. */
    void take(JobId job, int bytes) {
        if (underway + bytes > size || pieces == MOST_PIECES) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "output of job " + job + ": " + (underway + bytes) + " bytes on their way in " + (pieces + 1)
                            + " pieces; the window has " + size + ", and at most " + MOST_PIECES);
        }
        int more = cost(underway + bytes, pieces + 1) - taken;
        if (more > 0) {
            if (!source.pool().take(more)) {
                throw QcmdException.busy(
                        "bus: all of output_pool, " + source.pool().capacity() + " bytes, is taken", LATER);
            }
            taken += more;
        }
        underway += bytes;
        pieces++;
    }

    /**
     * A piece is on disk.
     *
     * @return the window from now on
     */
    int committed(int bytes) {
        int wish = 2 * underway < size ? 0 : Math.min(2 * size, Limits.WINDOW);
        underway -= bytes;
        pieces--;
        size = Math.max(size - bytes, Limits.FIRST_WINDOW);
        giveBack();
        if (!ended && wish > size) {
            grow(wish);
        }
        return size;
    }

    private void grow(int wish) {
        int more = Math.max(0, wish - Limits.FIRST_WINDOW - taken);
        if (source.pool().reserve(more)) {
            taken += more;
            size = wish;
        }
    }

    /** If it is of this session or an older one, nothing more is taken: what it keeps of the pool is what has come and is not on disk. Idempotent. */
    void end(long session) {
        if (source.session() <= session) {
            ended = true;
            giveBack();
        }
    }

    private void giveBack() {
        int due = Math.max(cost(underway, pieces), ended ? 0 : size - Limits.FIRST_WINDOW);
        if (due < taken) {
            source.pool().give(taken - due);
            taken = due;
        }
    }
}
