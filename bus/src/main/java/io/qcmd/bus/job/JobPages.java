package io.qcmd.bus.job;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.JobPage;
import io.qcmd.protocol.Limits;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** Puts jobs into pages that fit into a frame: the command of a job may hold a script and its input, and the target of another a hundred thousand names. */
final class JobPages {
    private int rows;
    private long bytes;

    private JobPages() {}

    /** Pages of at most 256 jobs and, but for one that is larger by itself, 512 KiB. */
    static Flux<JobPage> of(Flux<JobInfo> jobs) {
        return Flux.defer(
                () -> jobs.bufferUntil(new JobPages()::isFullBefore, true).map(JobPage::new));
    }

    private boolean isFullBefore(JobInfo job) {
        long size = size(job);
        boolean full = rows == Limits.PAGE_ROWS || rows > 0 && bytes + size > Limits.PAGE_BYTES;
        rows = full ? 1 : rows + 1;
        bytes = full ? size : bytes + size;
        return full;
    }

    /** What can be large of it. */
    private static long size(JobInfo job) {
        Command command = job.command();
        long words = Stream.of(
                        command.argv().stream(),
                        command.environment().values().stream(),
                        job.remark().notes().values().stream(),
                        Stream.of(
                                job.selection().target().expression(),
                                job.remark().reason()))
                .flatMap(texts -> texts)
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        return words + command.script().size() + command.stdin().size();
    }
}
