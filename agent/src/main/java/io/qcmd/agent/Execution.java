package io.qcmd.agent;

import io.qcmd.agent.OutputPipes.OutputPipe;
import io.qcmd.agent.Spawner.Spawned;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
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
 * One run of one command, from its directory to its {@link Return}.
 *
 * <p>Exit, timeout, cancel and the end of the agent race for {@code ending}: the first one wins, and only it decides what the run is called. One thread conducts and
 * waits for it. Its {@link Crew}: one waits for the exit, two drain the output whatever happens, so that a command never blocks on its own words.
 */
final class Execution implements Commands.Running {
    private static final Logger log = LoggerFactory.getLogger(Execution.class);

    private static final int CREW = 3;
    private static final int READ = 32 * 1024;
    /** From the moment nothing of a tree is left to the moment the JDK has reaped its own child. */
    private static final Duration REAPED = Duration.ofSeconds(1);
    /** A disk that does not answer is awaited. */
    private static final Duration FOREVER = Duration.ofDays(365);

    private static final String OOM_KILL =
            "oom-kill: the kernel killed it for want of memory; see command_memory in agent.yaml";

    private enum Ending {
        EXITED,
        TIMED_OUT,
        CANCELLED,
        AGENT_STOPPED
    }

    private final Message message;
    private final Commands.Events events;
    private final RunnerSettings settings;
    private final Scheduler timers;
    private final Executor threads;
    private final CompletableFuture<Ending> ending = new CompletableFuture<>();
    /** Between TERM and KILL: each cancel may shorten it, also while it is waited for. */
    private volatile Duration grace;

    private volatile @Nullable OutputSpool spool;

    Execution(Message message, Commands.Events events, RunnerSettings settings, Scheduler timers, Executor threads) {
        this.message = message;
        this.events = events;
        this.settings = settings;
        this.grace = settings.killGrace();
        this.timers = timers;
        this.threads = threads;
    }

    JobId job() {
        return message.job();
    }

    /**
     * TERM to the whole tree, the grace, KILL: it ends as TERMINATED; before its start as REJECTED. If it has ended: nothing; if it is ending otherwise, it is
     * still called so. Any thread, returns at once.
     */
    @Override
    public void cancel(@Nullable Duration killAfter) {
        if (killAfter != null) {
            shorten(killAfter);
        }
        ending.complete(Ending.CANCELLED);
    }

    private synchronized void shorten(Duration told) {
        if (told.compareTo(grace) < 0) {
            grace = told;
        }
    }

    /** KILL to the whole tree: it ends as INTERRUPTED; before its start as REJECTED. Like {@link #cancel} otherwise. */
    void abandon() {
        ending.complete(Ending.AGENT_STOPPED);
    }

    /** Its output, once it has any place for it. */
    Optional<OutputSpool> spool() {
        return Optional.ofNullable(spool);
    }

    /** Runs it. Blocks until its end. Never throws. */
    Return conduct(Spawner spawner, JobDirectory directory, Containment containment) {
        Ending early = ending.getNow(null);
        if (early != null) {
            // Not TERMINATED, which says that it ran.
            String what = early == Ending.CANCELLED ? "cancelled" : "the agent was stopped";
            return Return.without(job(), TargetState.REJECTED, what + " before it was started");
        }
        try (Crew crew = new Crew(CREW, threads)) {
            return conduct(spawner, directory, containment, crew);
        } catch (OutOfMemoryError refused) {
            return Return.without(job(), TargetState.REJECTED, "spawn: " + Crew.REFUSED);
        }
    }

    private Return conduct(Spawner spawner, JobDirectory directory, Containment containment, Crew crew) {
        Containment.Cell cell = Containment.Cell.NONE;
        Spawned spawned;
        try {
            directory.create();
            cell = containment.open(job(), message.command().allowDaemon());
            spawned = spawner.start(message, directory, cell);
            FailPoint.AGENT_AFTER_EXEC.hit();
        } catch (FileAlreadyExistsException e) {
            return Return.without(job(), TargetState.INTERRUPTED, "it was tried before, and is not run again");
        } catch (Spawner.Unfollowed e) {
            try (Containment.Cell held = cell) {
                return unfollowed(directory, held);
            }
        } catch (IOException | RuntimeException e) {
            cell.close();
            return Return.without(job(), TargetState.REJECTED, "spawn: " + e.getMessage());
        } catch (OutOfMemoryError refused) {
            cell.close();
            throw refused;
        }
        try (Containment.Cell held = cell) {
            return follow(spawned, directory, held, crew);
        }
    }

    private Return unfollowed(JobDirectory directory, Containment.Cell cell) {
        new ProcessTree(settings.marks(job()), 0, 0, cell).kill();
        return Wrapper.provesUnexecuted(directory)
                ? Return.without(job(), TargetState.REJECTED, "spawn: " + Crew.REFUSED)
                : Return.without(job(), TargetState.INTERRUPTED, Crew.REFUSED + "; it was killed as soon as it ran");
    }

    private Return follow(Spawned spawned, JobDirectory directory, Containment.Cell cell, Crew crew) {
        OutputSpool kept = spool = OutputSpool.create(directory, settings);
        CountDownLatch drained = new CountDownLatch(2);
        Process process = spawned.process();
        crew.begin(
                () -> drain(Output.Stream.STDOUT, spawned.stdout(), kept, drained),
                () -> drain(Output.Stream.STDERR, spawned.stderr(), kept, drained),
                () -> awaitExit(process));
        long startTicks =
                ProcessEntry.of(process.pid()).map(ProcessEntry::startTicks).orElse(0L);
        ProcessTree tree = new ProcessTree(settings.marks(job()), process.pid(), startTicks, cell);

        long began = System.nanoTime();
        Ending how = awaitEnding(process, startTicks);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);

        ProcessTree.Stopped stopped = how == Ending.EXITED ? ProcessTree.Stopped.BY_ITSELF : tree.stop(grace(how));
        awaitOutput(spawned, kept, drained);
        boolean killsLeftovers = how == Ending.EXITED && !message.command().allowDaemon();
        int leftover = killsLeftovers ? tree.killLeftovers(Duration.ofMillis(millis)) : 0;
        spawned.stdout().close();
        spawned.stderr().close();
        await(drained, FOREVER);
        kept.finish();
        return how == Ending.EXITED
                ? exited(process.exitValue(), millis, kept, leftover, directory, cell)
                : killed(how, process, millis, kept, stopped);
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
            abandon();
            return Disposables.disposed();
        }
    }

    private Supplier<Duration> grace(Ending how) {
        return how == Ending.AGENT_STOPPED ? () -> Duration.ZERO : () -> grace;
    }

    private void drain(Output.Stream stream, OutputPipe pipe, OutputSpool kept, CountDownLatch drained) {
        ByteBuffer buffer = ByteBuffer.allocate(READ);
        try {
            while (pipe.read(buffer.clear()) >= 0) {
                if (kept.append(stream, buffer.flip())) {
                    tell(() -> events.output(job(), stream));
                }
            }
        } catch (IOException e) {
            log.warn("job {}: {} cannot be read: {}", job(), stream, e.toString());
        } finally {
            drained.countDown();
        }
    }

    /**
     * Whoever outlives the main process may end its sentence: while it goes on writing, at most {@code drain}. A silence of a tenth of that is the end, so that a
     * holder of the pipes does not hold the result.
     */
    private void awaitOutput(Spawned spawned, OutputSpool kept, CountDownLatch drained) {
        Duration silence = settings.drain().dividedBy(10);
        long until = System.nanoTime() + settings.drain().toNanos();
        long seen = -1;
        while (!await(drained, silence)
                && System.nanoTime() - until < 0
                && (kept.total() > seen
                        || spawned.stdout().hasMore()
                        || spawned.stderr().hasMore())) {
            seen = kept.total();
        }
    }

    private Return exited(
            int code, long millis, OutputSpool kept, int leftover, JobDirectory directory, Containment.Cell cell) {
        if (code == 0) {
            return ended(TargetState.SUCCEEDED, code, millis, kept, leftover, null);
        }
        if (Wrapper.provesUnexecuted(directory)) {
            // With the shell's own words as output, as they may be on their way already.
            return ended(TargetState.REJECTED, null, millis, kept, leftover, "spawn: " + firstLine(kept));
        }
        return ended(TargetState.FAILED, code, millis, kept, leftover, cell.sawOutOfMemory() ? OOM_KILL : null);
    }

    private Return killed(Ending how, Process process, long millis, OutputSpool kept, ProcessTree.Stopped stopped) {
        String reason = reason(how);
        if (stopped.forced() && how != Ending.AGENT_STOPPED) {
            long patience = grace.toMillis();
            reason += patience == 0 ? "; KILL at once" : "; ignored TERM for " + patience + " ms, then KILL";
        }
        if (stopped.survivors() > 0) {
            reason += "; " + stopped.survivors() + " processes outlive KILL";
        }
        TargetState state = switch (how) {
            case TIMED_OUT -> TargetState.TIMED_OUT;
            case CANCELLED -> TargetState.TERMINATED;
            case AGENT_STOPPED, EXITED -> TargetState.INTERRUPTED;
        };
        Integer code = state != TargetState.INTERRUPTED && isReaped(process) ? process.exitValue() : null;
        return ended(state, code, millis, kept, 0, reason);
    }

    private String reason(Ending how) {
        return switch (how) {
            case TIMED_OUT -> "over its timeout of " + message.command().timeoutMillis() + " ms";
            case CANCELLED -> "cancelled";
            case AGENT_STOPPED, EXITED -> "the agent was stopped";
        };
    }

    private Return ended(
            TargetState state,
            @Nullable Integer code,
            long millis,
            OutputSpool kept,
            int leftover,
            @Nullable String reason) {
        Return.Captured stdout = kept.captured(Output.Stream.STDOUT);
        Return.Captured stderr = kept.captured(Output.Stream.STDERR);
        return new Return(job(), state, code, millis, stdout, stderr, leftover, reason);
    }

    // "jobs/X/executed: 1: exec: /x: Exec format error": what the shell says after the name it was given.
    private String firstLine(OutputSpool kept) {
        String said = kept.next(job(), Output.Stream.STDERR, 0, 1_024)
                .map(output -> output.bytes().utf8())
                .orElse("exec failed");
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

    private static boolean await(CountDownLatch latch, Duration atMost) {
        try {
            return latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // An observer that fails must stop neither the draining nor the end.
    private void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            log.error("job {}: an event was not taken", job(), e);
        }
    }
}
