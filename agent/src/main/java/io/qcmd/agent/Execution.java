package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * One run of one command, from its directory to its {@link Return}. One thread conducts it: up to the {@link Launch} here, from there on in {@link Watch}.
 *
 * <p>Exit, timeout, cancel and the end of the agent race for {@code ending}: the first one wins, and only it decides what the run is called.
 */
final class Execution implements Commands.Running {
    private static final int CREW = 3;

    enum Ending {
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
        if (ending.isDone()) {
            return Watch.unstarted(message, ending.join());
        }
        Crew crew;
        try {
            crew = new Crew(CREW, threads);
        } catch (OutOfMemoryError refused) {
            return rejected(refused);
        }
        try (crew) {
            return conduct(spawner, directory, containment, crew);
        }
    }

    private Return conduct(Spawner spawner, JobDirectory directory, Containment containment, Crew crew) {
        Launch launch;
        try {
            directory.create();
            launch = prepare(spawner, directory, containment);
        } catch (FileAlreadyExistsException e) {
            return Return.without(job(), TargetState.INTERRUPTED, "it was tried before, and is not run again");
        } catch (IOException | RuntimeException | Error e) {
            return rejected(e);
        }
        try (launch) {
            if (ending.isDone()) {
                // To make it ready may have taken some seconds.
                return Watch.unstarted(message, ending.join());
            }
            // From here on nothing but the proof says that it was not executed.
            OutputSpool kept = spool = OutputSpool.create(directory, settings);
            return new Watch(message, events, settings, timers, launch, kept, ending, () -> grace).conduct(crew);
        }
    }

    private Launch prepare(Spawner spawner, JobDirectory directory, Containment containment) throws IOException {
        Containment.Cell cell = containment.open(job(), message.command().allowDaemon());
        try {
            return spawner.prepare(message, directory, cell);
        } catch (IOException | RuntimeException | Error e) {
            cell.close();
            throw e;
        }
    }

    private Return rejected(Throwable unexecuted) {
        return Return.without(job(), TargetState.REJECTED, "spawn: " + Watch.why(unexecuted));
    }
}
