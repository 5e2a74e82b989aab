package io.qcmd.bus.store;

import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import java.util.List;
import java.util.Map;

/**
 * A job that has targets without fate.
 *
 * @param open these targets
 * @param cancelWanted those of them of which a cancel is wanted by name, and how; what is wanted of the whole job stands there
 * @param uploads committed output of those of them that have any
 */
public record UnfinishedJob(
        JobRecord job,
        List<MinionId> open,
        Map<MinionId, CancelWish> cancelWanted,
        Map<MinionId, Map<Output.Stream, Upload>> uploads) {
    /**
     * What is committed of one stream.
     *
     * @param end the offset after the last committed byte
     * @param kept how many bytes are stored
     */
    public record Upload(long end, long kept) {
        public static final Upload NONE = new Upload(0, 0);
    }

    public UnfinishedJob {
        open = List.copyOf(open);
        cancelWanted = Map.copyOf(cancelWanted);
        uploads = Map.copyOf(uploads);
    }
}
