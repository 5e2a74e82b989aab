package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The unsettled entries of a journal in memory. Each verb may be repeated without harm, as a compaction may repeat records. Not thread-safe. */
final class JournalIndex {
    private final Map<JobId, Journal.Entry> entries = new LinkedHashMap<>();

    void started(JobId job) {
        entries.putIfAbsent(job, Journal.Entry.started(job));
    }

    void spawned(JobId job, long pid, long startTicks, String bootId) {
        entries.computeIfPresent(
                job, (same, entry) -> new Journal.Entry(job, pid, startTicks, bootId, entry.result(), entry.output()));
    }

    /** Only of what was started: a repeated result of a released entry must not bring it back. */
    void done(Return result, List<Output> output) {
        entries.computeIfPresent(
                result.job(),
                (job, entry) ->
                        new Journal.Entry(job, entry.pid(), entry.startTicks(), entry.bootId(), result, output));
    }

    void released(JobId job) {
        entries.remove(job);
    }

    List<Journal.Entry> entries() {
        return List.copyOf(entries.values());
    }
}
