package io.qcmd.bus.store;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Callback;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.WireCodec;
import java.util.ArrayList;
import java.util.List;

/** The callbacks of one job in one commit, which is being filled. For adapters of {@link Ledger}; not thread-safe. */
public final class CallbackBuilder {
    private static final WireCodec CODEC = WireCodec.json(WireCodec.Size.LARGE);

    private final JobId job;
    private final CallbackOrder order;
    private final List<CallbackRecord> full = new ArrayList<>(0);
    private final List<Callback.Ended> targets = new ArrayList<>();
    private long firstSeq;
    private long firstAt;

    public CallbackBuilder(JobId job, CallbackOrder order) {
        this.job = job;
        this.order = order;
    }

    /** A fate of the job and its commit sequence; left out if nobody wants to hear of it. */
    public void add(long seq, FateRecord fate) {
        if (!order.wants(fate)) {
            return;
        }
        if (targets.size() == Callback.MOST_TARGETS) {
            close();
        }
        if (targets.isEmpty()) {
            firstSeq = seq;
            firstAt = fate.at();
        }
        targets.add(
                Callback.Ended.of(fate.minion(), fate.state(), fate.at(), fate.result(), fate.reason(), fate.late()));
    }

    /** What is to be written with the fates: of at most 500 targets each. */
    public List<CallbackRecord> callbacks() {
        if (!targets.isEmpty()) {
            close();
        }
        return full;
    }

    private void close() {
        Callback callback = new Callback(Callback.id(job, firstSeq), Callback.TARGETS_ENDED, job, targets);
        Bytes body = Bytes.wrap(CODEC.encode(callback));
        full.add(new CallbackRecord(firstSeq, callback.id(), order.endpoint(), firstAt, 0, body));
        targets.clear();
    }
}
