package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How far one task's output was sent on one session. Output leaves within a byte window, which the bus opens with GO or a verdict and moves with COMMITTED; the
 * result follows after the last piece. Owned by the session.
 */
final class Upload {
    private final Task task;
    private final Commands commands;
    private final Map<Output.Stream, Progress> streams = new EnumMap<>(Output.Stream.class);
    private int window;
    private boolean announced;
    private boolean told;
    private boolean resting;
    private boolean lost;

    /** One of the two streams. */
    private static final class Progress {
        private long sent;
        private long onItsWay;
        private boolean dry;

        Progress(long from) {
            sent = from;
        }
    }

    /**
     * @param stdout from where it is sent; likewise {@code stderr}
     * @param window bytes of both together that may be on their way
     * @param announced whether the bus knows that the command runs
     */
    Upload(Task task, Commands commands, long stdout, long stderr, int window, boolean announced) {
        this.task = task;
        this.commands = commands;
        this.window = Math.min(window, Limits.WINDOW);
        this.announced = announced;
        streams.put(Output.Stream.STDOUT, new Progress(stdout));
        streams.put(Output.Stream.STDERR, new Progress(stderr));
    }

    Task task() {
        return task;
    }

    /** True once: STARTED is to be said now. */
    boolean announce() {
        boolean first = !announced && task.isRunning();
        announced |= first;
        return first;
    }

    /** Whether there may be something to send: not before STARTED or the result, not after the result, and not right after an error. */
    boolean isOpen() {
        return !told && !resting && (task.isDone() || announced);
    }

    /** Bytes that were sent and are not known to be on the disk of the bus. */
    long onItsWay() {
        return streams.values().stream()
                .mapToLong(progress -> progress.onItsWay)
                .sum();
    }

    /** The next piece within the window, of at most so many bytes. An error: it cannot be read now; nothing is sent before {@link #goOn}. */
    Optional<Output> next(long most) throws IOException {
        int room = (int) Math.min(Math.min(most, Limits.CHUNK), window - onItsWay());
        if (room <= 0 || task.result().filter(this::isSent).isPresent()) {
            return Optional.empty();
        }
        resting = true;
        Optional<Output> next = read(room);
        resting = false;
        return next;
    }

    private Optional<Output> read(int room) throws IOException {
        Optional<? extends Commands.Pieces> pieces = task.pieces(commands);
        lost = task.isDone() && pieces.isEmpty();
        for (Output.Stream stream : Output.Stream.values()) {
            Progress progress = progress(stream);
            Optional<Output> next =
                    pieces.isPresent() ? pieces.get().next(task.job(), stream, progress.sent, room) : Optional.empty();
            if (next.isPresent()) {
                progress.sent = next.get().end();
                progress.onItsWay += next.get().bytes().size();
                return next;
            }
            // Also a spool that was lost, or was not written to its end, must not hold the result back for ever.
            progress.dry = task.isDone();
        }
        return Optional.empty();
    }

    /** After an error. */
    void goOn() {
        resting = false;
        task.reopen();
    }

    /** Present once: all output was sent, and this is to be said now. */
    Optional<Return> tell() {
        Optional<Return> over =
                told ? Optional.empty() : task.result().filter(this::isSent).map(this::honest);
        told |= over.isPresent();
        return over;
    }

    private boolean isSent(Return result) {
        return isSent(Output.Stream.STDOUT, result.stdout()) && isSent(Output.Stream.STDERR, result.stderr());
    }

    /** Without the promise of output that the spool has lost: the bus waits for all that is promised. */
    private Return honest(Return result) {
        return new Return(
                result.job(),
                result.state(),
                result.exitCode(),
                result.durationMillis(),
                honest(Output.Stream.STDOUT, result.stdout()),
                honest(Output.Stream.STDERR, result.stderr()),
                result.leftover(),
                result.reason());
    }

    // A spool that is there has given all that it keeps: of one whose disk was full that ends before the stream did.
    private Return.Captured honest(Output.Stream stream, Return.Captured captured) {
        boolean missing = lost && captured.kept() > 0 && progress(stream).sent < captured.total();
        return missing ? new Return.Captured(captured.total(), 0, Bytes.EMPTY) : captured;
    }

    /** The bus has a stream up to here. What was left out between head and tail counts for nothing, so the rest is known only when all is committed. */
    void committed(Output.Stream stream, long offset, int nextWindow) {
        Progress progress = progress(stream);
        window = Math.min(nextWindow, Limits.WINDOW);
        progress.onItsWay = Math.min(progress.onItsWay, Math.max(0, progress.sent - offset));
    }

    private boolean isSent(Output.Stream stream, Return.Captured captured) {
        Progress progress = progress(stream);
        return captured.kept() == 0 || progress.sent >= captured.total() || progress.dry;
    }

    private Progress progress(Output.Stream stream) {
        return Objects.requireNonNull(streams.get(stream));
    }
}
