package io.qcmd.bus.job;

import io.qcmd.bus.job.OutputWindow.Source;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A LOST target whose agent is back and brings the rest of its output, before the result that revises it. Thread-safe. */
final class LateTarget {
    private final LiveTarget target = new LiveTarget(TargetState.LOST);

    /** @param uploads what is stored of its output */
    LateTarget(Map<Output.Stream, Upload> uploads) {
        uploads.forEach(target::upload);
    }

    synchronized Upload upload(Output.Stream stream) {
        return target.upload(stream);
    }

    /** As {@link LiveJob#take} does for a target that got GO. */
    synchronized Optional<Mono<Integer>> take(Output piece, Source from, Function<Output, Mono<Long>> write) {
        return target.take(piece, from, write, this::stored);
    }

    private synchronized int stored(OutputWindow window, int size) {
        return window.committed(size);
    }

    /** No more of it is taken in this session, or an older one. */
    synchronized void endOutput(long session) {
        target.endOutput(session);
    }

    synchronized boolean hasOutputOf(Return result) {
        return target.hasOutputOf(result);
    }
}
