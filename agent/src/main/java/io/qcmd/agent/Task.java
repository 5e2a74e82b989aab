package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One target that got GO and is not settled: STARTING (its journal write is under way), RUNNING, ENDED (the result is being journaled), DONE. It outlives
 * sessions. Owned by the core.
 */
final class Task {
    private final JobId job;
    private Commands.@Nullable Running execution;
    private boolean cancelled;
    private @Nullable Duration killAfter;
    private boolean settled;
    private boolean ended;
    private @Nullable Return result;
    private List<Output> output = List.of();
    private Commands.@Nullable Spool spool;

    Task(JobId job) {
        this.job = job;
    }

    JobId job() {
        return job;
    }

    void runs(Commands.Running handle) {
        execution = handle;
        if (cancelled) {
            handle.cancel(killAfter);
        }
    }

    /** Kills it now, or as soon as it runs. */
    void cancel(@Nullable Duration patience) {
        cancelled = true;
        if (killAfter == null || patience != null && patience.compareTo(killAfter) < 0) {
            killAfter = patience;
        }
        if (execution != null && !ended) {
            execution.cancel(killAfter);
        }
    }

    boolean isRunning() {
        return execution != null && !ended;
    }

    /** False when it was over before. */
    boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    boolean isDone() {
        return result != null;
    }

    /** The journal has the result, and the output that is small enough. */
    void done(Return journaled, List<Output> small) {
        ended = true;
        result = journaled;
        output = small;
    }

    /** The journaled result; empty while there is none. */
    Optional<Return> result() {
        return Optional.ofNullable(result);
    }

    /** Bytes of output that wait for the bus. */
    long kept() {
        return result == null ? 0 : result.stdout().kept() + result.stderr().kept();
    }

    /** The bus has let go of it although it still runs: it may end in peace, and nobody will be told. */
    void settle() {
        settled = true;
    }

    boolean isSettled() {
        return settled;
    }

    /** Where its output is read. What the journal has is more certain than a file. Empty: it is lost. An error: not now. */
    Optional<? extends Commands.Pieces> pieces(Commands commands) throws IOException {
        if (!output.isEmpty()) {
            return Optional.of(new JournaledOutput(output));
        }
        if (!ended) {
            return commands.spool(job);
        }
        if (spool == null) {
            // All of it is read and checked to open it: once.
            spool = commands.spool(job).orElse(null);
        }
        return Optional.ofNullable(spool).filter(this::isWhatWasJournaled);
    }

    private boolean isWhatWasJournaled(Commands.Spool found) {
        return result().stream()
                .allMatch(told -> found.captured(Output.Stream.STDOUT).equals(told.stdout())
                        && found.captured(Output.Stream.STDERR).equals(told.stderr()));
    }

    /** Its output could not be read. */
    void reopen() {
        spool = null;
    }
}
