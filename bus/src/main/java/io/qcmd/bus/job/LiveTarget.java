package io.qcmd.bus.job;

import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A target whose fate is not on disk yet. Owned by its {@link LiveJob}, which guards it. */
final class LiveTarget {
    /** Two windows: what an older session left on its way does not count for the newer one. An agent that sends more is closed. */
    private static final int MOST_UNDERWAY = 2 * Limits.WINDOW;
    /** Pieces, which cost memory however small they are: far above what the frames on their way from an honest agent hold. */
    private static final int MOST_PIECES = 4 * Limits.FRAME_MESSAGES;

    private final Map<Output.Stream, Upload> uploads = new EnumMap<>(Output.Stream.class);
    TargetState state;
    /** Shared until it is offered: most of a million live targets only wait. */
    Steps steps = Steps.NONE;

    /** That a cancel of it is wanted by name, and how; null: none is. */
    @Nullable
    CancelWish cancel;

    /** Bytes of output that are taken and not on disk yet. */
    private int underway;
    /** In how many pieces. */
    private int pieces;
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
     * @param then is told of its size when it is on disk
     * @return the commit; empty: all of it was there before
     */
    Optional<Mono<Long>> take(Output piece, Function<Output, Mono<Long>> write, IntConsumer then) {
        return fresh(piece).map(fresh -> {
            int size = fresh.bytes().size();
            return LiveJob.queued(write.apply(fresh).doOnSuccess(seq -> then.accept(size)));
        });
    }

    void stored(int size) {
        underway -= size;
        pieces--;
    }

    /** Whether everything that the agent kept of the output has come. */
    boolean hasOutputOf(Return result) {
        return upload(Output.Stream.STDOUT).kept() >= result.stdout().kept()
                && upload(Output.Stream.STDERR).kept() >= result.stderr().kept();
    }

    private Optional<Output> fresh(Output piece) {
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
        int onTheirWay = underway + fresh.bytes().size();
        if (kept > piece.stream().keptBytes() || onTheirWay > MOST_UNDERWAY || pieces == MOST_PIECES) {
            throw new QcmdException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "output of job " + piece.job() + ": " + kept + " bytes of " + piece.stream() + ", " + onTheirWay
                            + " on their way in " + (pieces + 1) + " pieces; at most "
                            + piece.stream().keptBytes() + ", " + MOST_UNDERWAY + " and " + MOST_PIECES);
        }
        underway = onTheirWay;
        pieces++;
        upload(piece.stream(), new Upload(fresh.end(), kept));
        return Optional.of(fresh);
    }
}
