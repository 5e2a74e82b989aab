package io.qcmd.agent;

import io.qcmd.agent.Execution.Ending;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * A run from its point of no return to its end. One thread conducts it and waits for {@code ending}. Its {@link Crew}: one waits for the exit, two are {@link Drains}.
 */
final class Watch {
    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    /** From the moment nothing of a tree is left to the moment the JDK has reaped its own child. */
    private static final Duration REAPED = Duration.ofSeconds(1);

    private static final String OOM_KILL =
            "oom-kill: the kernel killed it for want of memory; see command_memory in agent.yaml";

    private static final String MAYBE_LEFT = "processes may be left, as the agent could not look for them";

    private final Message message;
    private final Commands.Events events;
    private final RunnerSettings settings;
    private final Scheduler timers;
    private final Launch launch;
    private final OutputSpool kept;
    private final CompletableFuture<Ending> ending;
    private final Supplier<Duration> grace;
    private ProcessTree tree;

    Watch(
            Message message,
            Commands.Events events,
            RunnerSettings settings,
            Scheduler timers,
            Launch launch,
            OutputSpool kept,
            CompletableFuture<Ending> ending,
            Supplier<Duration> grace) {
        this.message = message;
        this.events = events;
        this.settings = settings;
        this.timers = timers;
        this.launch = launch;
        this.kept = kept;
        this.ending = ending;
        this.grace = grace;
        // While its main process is not known, or never becomes so.
        this.tree = new ProcessTree(settings.marks(message.job()), 0, 0, launch.cell());
    }

    /** What is said when it ends so, and is proved not to have been executed. Not TERMINATED and the like, which say that it ran. */
    static Return unstarted(Message message, Ending how) {
        return Return.without(message.job(), TargetState.REJECTED, reason(message, how) + " before it was started");
    }

    /** A failure, for people. */
    static String why(Throwable failure) {
        return failure instanceof OutOfMemoryError ? Crew.REFUSED : String.valueOf(failure.getMessage());
    }

    /** Executes it, and follows it to its end. Blocks. Never throws. */
    Return conduct(Crew crew) {
        try {
            Process process = launch.start();
            FailPoint.AGENT_AFTER_EXEC.hit();
            return follow(process, crew);
        } catch (IOException | RuntimeException | Error e) {
            return unfollowed(e);
        }
    }

    private Return unfollowed(Throwable failure) {
        log.warn("job {}: cannot be executed, or not be followed", job(), failure);
        return isUnexecuted(tree.kill())
                ? Return.without(job(), TargetState.REJECTED, "spawn: " + why(failure))
                : Return.without(
                        job(), TargetState.INTERRUPTED, "it was killed, as it cannot be followed: " + why(failure));
    }

    /** A process that lives on may still come to it. */
    private boolean isUnexecuted(ProcessTree.Killed killed) {
        return killed.leftNobody() && launch.provesUnexecuted();
    }

    private Return follow(Process process, Crew crew) {
        Drains drains = new Drains(job(), launch, kept, stream -> tell(() -> events.output(job(), stream)));
        crew.begin(
                () -> drains.drain(Output.Stream.STDOUT),
                () -> drains.drain(Output.Stream.STDERR),
                () -> awaitExit(process));
        long startTicks = ProcessEntry.startTicks(process.pid());
        tree = new ProcessTree(settings.marks(job()), process.pid(), startTicks, launch.cell());

        long began = System.nanoTime();
        Ending how = awaitEnding(process, startTicks);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);

        ProcessTree.Killed killed = how == Ending.EXITED ? ProcessTree.Killed.NOBODY : tree.stop(grace(how));
        drains.awaitEnd(settings.drain());
        if (how == Ending.EXITED && !message.command().allowDaemon()) {
            killed = tree.killLeftovers(Duration.ofMillis(millis));
        }
        drains.close();
        return how == Ending.EXITED
                ? exited(process.exitValue(), millis, killed)
                : killed(how, process, millis, killed);
    }

    private JobId job() {
        return message.job();
    }

    private Ending awaitEnding(Process process, long startTicks) {
        Disposable deadline = deadline();
        tell(() -> events.spawned(job(), process.pid(), startTicks));
        try {
            return ending.join();
        } finally {
            deadline.dispose();
        }
    }

    // Not Process.onExit: on a small host that makes a thread at each exit, and where there is none to be had, nobody
    // hears of it.
    private void awaitExit(Process process) {
        try {
            process.waitFor();
            ending.complete(Ending.EXITED);
        } catch (InterruptedException endedOtherwise) {
            Thread.currentThread().interrupt();
        }
    }

    private Disposable deadline() {
        try {
            long millis = message.command().timeoutMillis();
            return timers.schedule(() -> ending.complete(Ending.TIMED_OUT), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Without timers the agent is going down: nothing may run on without its limit.
            ending.complete(Ending.AGENT_STOPPED);
            return Disposables.disposed();
        }
    }

    private Supplier<Duration> grace(Ending how) {
        return how == Ending.AGENT_STOPPED ? () -> Duration.ZERO : grace;
    }

    private Return exited(int code, long millis, ProcessTree.Killed leftover) {
        if (code == 0) {
            return ended(TargetState.SUCCEEDED, code, millis, leftover, null);
        }
        if (launch.provesUnexecuted()) {
            // With the shell's own words as output, as they may be on their way already.
            return ended(TargetState.REJECTED, null, millis, leftover, "spawn: " + firstLine());
        }
        return ended(TargetState.FAILED, code, millis, leftover, launch.cell().sawOutOfMemory() ? OOM_KILL : null);
    }

    private Return ended(
            TargetState state, @Nullable Integer code, long millis, ProcessTree.Killed leftover, @Nullable String why) {
        String reason = leftover.sure() ? why : why == null ? MAYBE_LEFT : why + "; " + MAYBE_LEFT;
        return ended(state, code, millis, leftover.met(), reason);
    }

    private Return killed(Ending how, Process process, long millis, ProcessTree.Killed killed) {
        if (isUnexecuted(killed)) {
            return unstarted(message, how);
        }
        String reason = reason(message, how);
        if (killed.met() > 0 && how != Ending.AGENT_STOPPED) {
            long patience = grace.get().toMillis();
            reason += patience == 0 ? "; KILL at once" : "; ignored TERM for " + patience + " ms, then KILL";
        }
        if (killed.left() > 0) {
            reason += "; " + killed.left() + " processes outlive KILL";
        }
        if (!killed.sure()) {
            reason += "; " + MAYBE_LEFT;
        }
        TargetState state = switch (how) {
            case TIMED_OUT -> TargetState.TIMED_OUT;
            case CANCELLED -> TargetState.TERMINATED;
            case AGENT_STOPPED, EXITED -> TargetState.INTERRUPTED;
        };
        Integer code = state != TargetState.INTERRUPTED && isReaped(process) ? process.exitValue() : null;
        return ended(state, code, millis, 0, reason);
    }

    private static String reason(Message message, Ending how) {
        return switch (how) {
            case TIMED_OUT -> "over its timeout of " + message.command().timeoutMillis() + " ms";
            case CANCELLED -> "cancelled";
            case AGENT_STOPPED, EXITED -> "the agent was stopped";
        };
    }

    private Return ended(
            TargetState state, @Nullable Integer code, long millis, int leftover, @Nullable String reason) {
        Return.Captured stdout = kept.captured(Output.Stream.STDOUT);
        Return.Captured stderr = kept.captured(Output.Stream.STDERR);
        return new Return(job(), state, code, millis, stdout, stderr, leftover, reason);
    }

    // "jobs/X/executed: 1: exec: /x: Exec format error": what the shell says after the name it was given.
    private String firstLine() {
        String said;
        try {
            said = kept.next(job(), Output.Stream.STDERR, 0, 1_024)
                    .map(output -> output.bytes().utf8())
                    .orElse("exec failed");
        } catch (IOException e) {
            said = "exec failed";
        }
        return said.lines().findFirst().orElse("").replaceFirst("^\\S*executed: ", "");
    }

    private static boolean isReaped(Process process) {
        try {
            return process.waitFor(REAPED.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // An observer that fails must stop neither the draining nor the end.
    private void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            log.error("job {}: an event was not taken", job(), e);
        }
    }
}
