package io.qcmd.bus.job;

import io.qcmd.bus.store.Steps;
import io.qcmd.bus.store.UnfinishedJob.Upload;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.TargetState;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A target whose fate is not on disk yet. Owned by its {@link LiveJob}, which guards it. */
final class LiveTarget {
    private final Map<Output.Stream, Upload> uploads = new EnumMap<>(Output.Stream.class);
    TargetState state;
    /** Shared until it is offered: most of a million live targets only wait. */
    Steps steps = Steps.NONE;

    boolean cancelWanted;
    /** Bytes of output that are taken and not on disk yet. */
    int underway;
    /** In how many pieces. */
    int pieces;
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
}
