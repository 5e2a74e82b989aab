package io.qcmd.client;

import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.JobInfo;
import io.qcmd.protocol.Selection;
import io.qcmd.protocol.TargetInfo;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.Trace;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A handle to one job. Its streams are cursors over what the bus has on disk: they replay what is known, go on live, page on demand, and resume where they were
 * after the connection broke, without gap or double. Unknown: JOB_NOT_FOUND; a suffix of several jobs: JOB_AMBIGUOUS.
 */
public interface Job {
    /** As it was named; all 26 characters for a {@link StartedJob}. */
    String id();

    Mono<JobInfo> info();

    /**
     * One element per target in order of arrival, each target exactly once; completes when all have their fate. A late revision of LOST shows in
     * {@link #events()} only.
     */
    Flux<TargetResult> results();

    /** Output of these minions (at most 256; none: all) in order per minion and stream; completes when every target of the job has its fate. */
    Flux<OutputChunk> output(String... minions);

    /** The output that the bus has by now, of these minions; completes when it was told. */
    Flux<OutputChunk> outputSoFar(String... minions);

    /** Everything: output, states on the way, ends, counts. Completes when every target has its fate. */
    Flux<JobEvent> events();

    /** Completes with the job once every target has its fate. */
    Mono<JobInfo> await();

    /** Cancels it on these minions, or altogether when none is named; one answer per minion. Idempotent. */
    default Flux<CancelPage.Answer> cancel(String... minions) {
        return cancel(CancelWish.PLAIN, minions);
    }

    /** The same, and says how and why. A second one may shorten the time to KILL, never lengthen it; longer than the bus allows: BAD_REQUEST. */
    Flux<CancelPage.Answer> cancel(CancelWish how, String... minions);

    /** How its targets stand right now, each once: first those that have ended, in the order of their ends. Only those in these states; none named: all. */
    Flux<TargetInfo> targets(TargetState... states);

    /** What became of one target, step by step. A minion that is no target: BAD_REQUEST. */
    Mono<Trace> trace(String minion);

    /** Its command once more, on whom its target means then; if it was itself made for a list of minions, on these. */
    Repeat redo();

    /** Its command once more, on the minions that it had. */
    Repeat redoOnSameMinions();

    /** Its command once more, on others. */
    Repeat redoOn(Selection others);

    /**
     * Its command once more, on those of its minions that have ended in one of these states; none named: not executed, failed or timed out. A state that says
     * "executed unknown" is for who may run it twice.
     */
    Repeat retry(TargetState... states);
}
