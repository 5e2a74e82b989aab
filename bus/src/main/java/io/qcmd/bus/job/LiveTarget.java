package io.qcmd.bus.job;

import io.qcmd.bus.job.OutputWindow.Source;
import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A target whose fate is not on disk yet. Owned by its {@link LiveJob}, which guards it. */
final class LiveTarget {
    private final Map<Output.Stream, Upload> uploads = new EnumMap<>(Output.Stream.class);
    TargetState state;
    /** Shared until it is offered: most of a million live targets only wait. */
    Steps steps = Steps.NONE;

    /** That a cancel of it is wanted by name, and how; null: none is. */
    @Nullable
    CancelWish cancel;

    /** Of the latest session that brought output; null: none did. */
    private @Nullable OutputWindow window;

    /** The commit of its fate; null while it is undecided. */
    @Nullable
    Mono<Long> commit;

    LiveTarget(TargetState state) {
        this.state = state;
    }

    Upload upload(Output.Stream stream) {
        return uploads.getOrDefault(stream, Upload.NONE);
    }

    void upload(Output.Stream stream, Upload upload) {
        uploads.put(stream, upload);
    }

    /**
     * Takes a piece of its output.
     *
     * @param write given the part that is new, queues the write; it is subscribed to at once
     * @param stored given the window that it came in, and its size, tells it that it is on disk
     * @return the commit, with the window from then on; empty: all of it was there before, or it is of a session that is over
     */
    Optional<Mono<Integer>> take(
            Output piece,
            Source from,
            Function<Output, Mono<Long>> write,
            ToIntBiFunction<OutputWindow, Integer> stored) {
        OutputWindow its = window(from);
        return its.isOver(from)
                ? Optional.empty()
                : fresh(piece, its).map(fresh -> {
                    int size = fresh.bytes().size();
                    return LiveJob.queued(write.apply(fresh).map(seq -> stored.applyAsInt(its, size)));
                });
    }

    /** What an older session left on its way does not count for the newer one, but in the pool. */
    private OutputWindow window(Source from) {
        OutputWindow latest = window;
        if (latest == null || latest.isBefore(from)) {
            endOutput();
            latest = new OutputWindow(from);
            window = latest;
        }
        return latest;
    }

    /** No more output is taken in the session that brought the latest. */
    void endOutput() {
        endOutput(Long.MAX_VALUE);
    }

    /** The same, if it was this session or an older one. */
    void endOutput(long session) {
        if (window != null) {
            window.end(session);
        }
    }

    /** Whether everything that the agent kept of the output has come. */
    boolean hasOutputOf(Return result) {
        return upload(Output.Stream.STDOUT).kept() >= result.stdout().kept()
                && upload(Output.Stream.STDERR).kept() >= result.stderr().kept();
    }

    private Optional<Output> fresh(Output piece, OutputWindow its) {
        Upload upload = upload(piece.stream());
        if (piece.end() <= upload.end()) {
            return Optional.empty();
        }
        int known = (int) Math.max(0, upload.end() - piece.offset());
        Output fresh = known == 0
                ? piece
                : new Output(
                        piece.job(),
                        piece.stream(),
                        upload.end(),
                        piece.bytes().slice(known, piece.bytes().size()));
        long kept = upload.kept() + fresh.bytes().size();
        if (kept > piece.stream().keptBytes()) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "output of job " + piece.job() + ": " + kept + " bytes of " + piece.stream() + "; at most "
                            + piece.stream().keptBytes());
        }
        its.take(piece.job(), fresh.bytes().size());
        upload(piece.stream(), new Upload(fresh.end(), kept));
        return Optional.of(fresh);
    }
}
