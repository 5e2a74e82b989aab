package io.qcmd.agent;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Runs commands in slots. Whoever calls {@link #run} has journaled STARTED before, and journals what {@link Commands.Events#ended} tells.
 *
 * <p>Thread-safe. Four small threads per running command: one conducts, one waits for its exit, two drain its output; none while nothing runs.
 */
final class Runner implements Commands, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Runner.class);

    private static final int THREADS_PER_SLOT = 4;
    private static final long IDLE_SECONDS = 10;
    private static final long STACK_BYTES = 256 * 1024;
    private static final long CLOSE_SECONDS = 5;
    private final RunnerSettings settings;
    private final Path jobs;
    private final Vitals vitals;
    private final Containment containment;
    private final Scheduler timers;
    private final Spawner spawner;
    private final ThreadPoolExecutor threads;
    private final Semaphore slots;
    private final Map<JobId, Execution> live = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * A runner with a directory per command below {@code jobsDirectory}, which is made with mode 0700.
     *
     * @param containment what holds the processes of a command together
     * @param timers fires the timeouts; must count monotonic time
     * @throws UncheckedIOException when the directory cannot be made
     */
    Runner(RunnerSettings settings, Path jobsDirectory, Containment containment, Scheduler timers) {
        this.settings = settings;
        this.jobs = jobsDirectory.toAbsolutePath();
        this.vitals = new Vitals(jobs, settings.diskNeeded(), Clock.systemUTC());
        this.containment = containment;
        this.timers = timers;
        this.slots = new Semaphore(settings.slots());
        this.threads = threads(settings.slots() * THREADS_PER_SLOT);
        try {
            Files.createDirectories(jobs, Modes.OWNER_ONLY_DIRECTORY);
            Files.setPosixFilePermissions(jobs, PosixFilePermissions.fromString("rwx------"));
            this.spawner = new Spawner(settings, new OutputPipes(jobs.resolve(".pipes"), 2 * settings.slots()));
        } catch (IOException e) {
            throw new UncheckedIOException("jobs directory " + jobs + ": " + e.getMessage(), e);
        }
        if (!spawner.hasSessions()) {
            log.warn(
                    "this host has no setsid: processes of a command are found by their environment and parents alone");
        }
    }

    /** How many more commands may run now. */
    @Override
    public int freeSlots() {
        return slots.availablePermits();
    }

    @Override
    public Report.Health health() {
        return vitals.health(settings.slots(), freeSlots());
    }

    /** Whether commands run in sessions of their own; without {@code setsid} their processes are found by environment and parents alone. */
    boolean hasSessions() {
        return spawner.hasSessions();
    }

    /** Why this command cannot be run here, for people; empty: nothing is known against it. Changes nothing. */
    @Override
    public Optional<String> refusal(Command command) {
        long needed = vitals.diskNeeded();
        long free = vitals.diskFree();
        return free < needed
                ? Optional.of("disk: " + free + " bytes free in " + jobs + ", " + needed + " needed")
                : spawner.refusal(command);
    }

    /**
     * Runs it and tells its end. Returns at once and never throws. A job that is live already goes on as it is; one that was tried before ends as INTERRUPTED;
     * what cannot be exec'ed, or finds no free slot, as REJECTED.
     */
    @Override
    public Execution run(Message message, Events events) {
        Execution fresh = new Execution(message, events, settings, timers, threads);
        Execution earlier = live.putIfAbsent(message.job(), fresh);
        if (earlier != null) {
            return earlier;
        }
        if (closed) {
            fresh.abandon();
        }
        boolean hasSlot = slots.tryAcquire();
        try {
            threads.execute(() -> end(fresh, hasSlot, conduct(fresh, hasSlot), events));
        } catch (OutOfMemoryError refused) {
            // It may be in the queue nevertheless: it is not to start, should somebody find it there.
            fresh.abandon();
            String why = "spawn: " + Crew.REFUSED;
            end(fresh, hasSlot, Return.without(fresh.job(), TargetState.REJECTED, why), events);
        }
        return fresh;
    }

    private Return conduct(Execution execution, boolean hasSlot) {
        JobId job = execution.job();
        if (!hasSlot) {
            return Return.without(job, TargetState.REJECTED, "no free slot of " + settings.slots());
        }
        try {
            return execution.conduct(spawner, JobDirectory.of(jobs, job), containment);
        } catch (RuntimeException | Error e) {
            log.error("job {}: its run has failed", job, e);
            return Return.without(job, TargetState.INTERRUPTED, "its run has failed in the agent: " + e);
        }
    }

    private void end(Execution execution, boolean hasSlot, Return result, Events events) {
        JobId job = execution.job();
        if (!live.remove(job, execution)) {
            return;
        }
        if (hasSlot) {
            slots.release();
        }
        try {
            events.ended(result);
        } catch (RuntimeException | Error e) {
            log.error("job {}: its end was not taken", job, e);
        }
    }

    /** The output of a command: live, or of one that has ended, maybe under a former agent. Empty: unknown, or without kept output. */
    @Override
    public Optional<OutputSpool> spool(JobId job) throws IOException {
        Execution execution = live.get(job);
        return execution == null ? OutputSpool.reopen(JobDirectory.of(jobs, job)) : execution.spool();
    }

    /** Deletes what is kept of a command that has ended and is settled. Links are deleted, not followed. Missing: nothing. */
    @Override
    public void discard(JobId job) {
        try {
            JobDirectory.of(jobs, job).delete();
        } catch (IOException e) {
            log.warn("job {}: its directory is not deleted: {}", job, e.toString());
        }
    }

    /**
     * At the start of an agent: kills what still lives of a command that a former agent started, and returns how many processes that were. Blocks up to 2 s.
     *
     * @param pid its main process, if it was recorded in this boot; 0: unknown
     * @param startTicks when that started; of another process with this pid nothing is killed
     */
    @Override
    public int killLeftovers(JobId job, long pid, long startTicks) {
        boolean leads = startTicks != 0 && ProcessEntry.startTicks(pid) == startTicks;
        // Without its leader a session cannot be told from a later one of the same number: then the environment alone
        // decides.
        try (Containment.Cell left = containment.leftBy(job)) {
            return new ProcessTree(settings.marks(job), leads ? pid : 0, leads ? startTicks : 0, left)
                    .kill()
                    .met();
        }
    }

    /**
     * At the start of an agent, once its journal was taken up: what still lives of jobs that no entry speaks of is killed, and what is kept of them deleted. As a
     * directory goes before its entry, there are none unless the journal has lost entries. Blocks up to 2 s for each.
     *
     * @return how many there were
     */
    int sweep(Set<JobId> known) {
        int strangers = 0;
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(jobs, "[0-9A-Z]*")) {
            for (Path directory : directories) {
                Optional<JobId> stranger = JobDirectory.job(directory).filter(job -> !known.contains(job));
                if (stranger.isPresent()) {
                    strangers++;
                    int killed = killLeftovers(stranger.get(), 0, 0);
                    log.warn("job {}: unknown to the journal; {} processes killed", stranger.get(), killed);
                    discard(stranger.get());
                }
            }
        } catch (IOException e) {
            log.warn("what former agents left in {} stays: {}", jobs, e.toString());
        }
        return strangers;
    }

    /** Kills what runs, and runs nothing more. Each ends as INTERRUPTED, told before this returns; that is after 10 s at the latest. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        live.values().forEach(Execution::abandon);
        try {
            slots.tryAcquire(settings.slots(), CLOSE_SECONDS, TimeUnit.SECONDS);
            threads.shutdown();
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // The queue is longer than all slots' tasks: what is in it waits only for those that still tell their end.
    private static ThreadPoolExecutor threads(int most) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(2 * most),
                task -> {
                    Thread thread = new Thread(null, task, "qcmd-run-" + number.incrementAndGet(), STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
