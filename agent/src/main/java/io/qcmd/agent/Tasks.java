package io.qcmd.agent;

import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.fault.FailPoint;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All targets that got GO and are not settled, each from the moment it is handed to the journal, over any number of sessions and over restarts. Owned by the core:
 * called within its turns.
 */
final class Tasks {
    /** A command that lives longer is reported as started by itself. */
    static final Duration STARTED_AFTER = Duration.ofMillis(50);
    /** After this time a result that could not be journaled is tried again. */
    static final Duration JOURNAL_RETRY = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(Tasks.class);

    private final Agent agent;
    private final String bootId;
    private final Journal journal;
    private final Commands commands;
    private final Commands.Events events = new Happenings();
    private final Map<JobId, Task> tasks = new LinkedHashMap<>();
    private int starting;

    Tasks(Agent agent, String bootId, Journal journal, Commands commands) {
        this.agent = agent;
        this.bootId = bootId;
        this.journal = journal;
        this.commands = commands;
    }

    @Nullable
    Task of(JobId job) {
        return tasks.get(job);
    }

    boolean has(JobId job) {
        return tasks.containsKey(job);
    }

    int size() {
        return tasks.size();
    }

    /** Tasks whose start is being journaled. */
    int starting() {
        return starting;
    }

    /** Bytes of output that wait for the bus. */
    long kept() {
        return tasks.values().stream().mapToLong(Task::kept).sum();
    }

    /** Whether nothing runs and every result is journaled. */
    boolean areDone() {
        return tasks.values().stream().allMatch(Task::isDone);
    }

    /** GO was given. From here on it goes on whatever the link does. */
    Task run(Message message) {
        Task task = new Task(message.job());
        tasks.put(message.job(), task);
        starting++;
        FailPoint.AGENT_BEFORE_STARTED.hit();
        journal.started(message.job()).whenComplete((done, error) -> agent.turn(() -> started(task, message, error)));
        return task;
    }

    /**
     * Kills it.
     *
     * @param killAfter as in {@link Commands.Running#cancel}
     * @return false: there is nothing of that job here
     */
    boolean cancel(JobId job, @Nullable Duration killAfter) {
        Task task = tasks.get(job);
        if (task != null) {
            task.cancel(killAfter);
        }
        return task != null;
    }

    /** The bus has the end of that job on its disk, or knows nothing of it. */
    void settle(JobId job) {
        Task task = tasks.get(job);
        if (task != null && !task.isDone()) {
            task.settle();
        } else {
            FailPoint.AGENT_BEFORE_RELEASED.hit();
            tasks.remove(job);
            // In this order: a directory that no entry speaks of is a sign that the journal has lost records.
            commands.discard(job);
            journal.released(job);
        }
    }

    // The life of a task.

    private void started(Task task, Message message, @Nullable Throwable error) {
        starting--;
        if (error == null) {
            FailPoint.AGENT_AFTER_STARTED.hit();
            task.runs(commands.run(message, events));
            agent.after(STARTED_AFTER, () -> agent.tell(session -> session.announce(task.job())));
        } else {
            notStarted(task, error);
        }
        agent.rested();
    }

    /** Told without the journal, which has no entry of it either: if this gets lost, the next HELLO proves as well that it never started. */
    private void notStarted(Task task, Throwable error) {
        log.error("{} was not started, as the journal refuses: {}", task.job(), error.toString());
        tasks.remove(task.job());
        String why = "not started: the agent's journal cannot be written: " + error;
        Return refused = Return.without(task.job(), TargetState.REJECTED, why);
        agent.tell(session -> session.notStarted(refused));
    }

    private void end(Return result) {
        Task task = tasks.get(result.job());
        if (task != null && task.end()) {
            FailPoint.AGENT_AFTER_EXIT.hit();
            journalEnd(task, result);
            agent.tell(Session::ask);
        }
    }

    private void journalEnd(Task task, Return result) {
        List<Output> small;
        try {
            small = small(result);
        } catch (IOException e) {
            endAgain(task, result, e);
            return;
        }
        journal.done(result, small)
                .whenComplete((done, error) -> agent.turn(() -> {
                    if (error == null) {
                        done(task, result, small);
                    } else {
                        endAgain(task, result, error);
                    }
                }));
    }

    private void endAgain(Task task, Return result, Throwable error) {
        log.error("the result of {} cannot be journaled, trying again: {}", task.job(), error.toString());
        agent.after(JOURNAL_RETRY, () -> journalEnd(task, result));
    }

    /** What is journaled with the result. */
    private List<Output> small(Return result) throws IOException {
        long kept = result.stdout().kept() + result.stderr().kept();
        if (kept == 0 || kept > Journal.INLINE) {
            return List.of();
        }
        Optional<? extends Commands.Spool> spool = commands.spool(result.job());
        return spool.isPresent() ? JournaledOutput.copyOf(spool.get(), result.job()) : List.of();
    }

    private void done(Task task, Return result, List<Output> small) {
        FailPoint.AGENT_AFTER_DONE.hit();
        task.done(result, small);
        if (task.isSettled()) {
            settle(task.job());
        } else {
            agent.tell(Session::pump);
        }
        agent.rested();
    }

    // What an earlier life left.

    /** Takes up one entry: what has no end is killed, if anything of it still lives, and ends as INTERRUPTED; it is never run again. */
    void takeUp(Journal.Entry entry) {
        Task task = new Task(entry.job());
        tasks.put(entry.job(), task);
        if (entry.result() != null) {
            task.done(entry.result(), entry.output());
            return;
        }
        boolean sameBoot = entry.bootId().equals(bootId);
        int killed = commands.killLeftovers(entry.job(), sameBoot ? entry.pid() : 0, sameBoot ? entry.startTicks() : 0);
        Return interrupted = interrupted(entry.job(), killed, sameBoot || entry.pid() == 0);
        log.warn("{} {}: {}", entry.job(), interrupted.state(), interrupted.reason());
        end(interrupted);
    }

    private Return interrupted(JobId job, int killed, boolean sameBoot) {
        String why = (sameBoot ? "the agent" : "the host") + " was restarted after the command may have started";
        return new Return(
                job,
                TargetState.INTERRUPTED,
                null,
                0,
                captured(job, Output.Stream.STDOUT),
                captured(job, Output.Stream.STDERR),
                killed,
                why);
    }

    private Return.Captured captured(JobId job, Output.Stream stream) {
        try {
            return commands.spool(job).map(spool -> spool.captured(stream)).orElse(Return.Captured.NONE);
        } catch (IOException e) {
            log.warn("{} of {}, which was interrupted, is not kept: {}", stream, job, e.toString());
            return Return.Captured.NONE;
        }
    }

    /** What the commands say, each a turn. */
    private final class Happenings implements Commands.Events {
        @Override
        public void spawned(JobId job, long pid, long startTicks) {
            journal.spawned(job, pid, startTicks, bootId);
        }

        @Override
        public void output(JobId job, Output.Stream stream) {
            agent.turn(() -> agent.tell(Session::output));
        }

        @Override
        public void ended(Return result) {
            agent.turn(() -> end(result));
        }
    }
}
