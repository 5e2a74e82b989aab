package io.qcmd.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * One life of one process, from its start to its crash. After its end nothing of it happens any more; whoever lets it touch the world outside (a disk, a cable, a
 * child process) asks {@link #isOver} first, as the step in which it crashed goes on to its end.
 */
public final class Life {
    /** How long a thread may keep a task waiting that could run. */
    private static final Duration HESITATION = Duration.ofNanos(50_000);

    /** When a simulation begins. */
    private static final long EPOCH_MILLIS = 1_800_000_000_000L;

    private final String name;
    private final VirtualTime time;
    private final Chance chance;
    private final List<Runnable> mourners = new ArrayList<>();
    private boolean over;
    private long frozenUntil;

    Life(String name, VirtualTime time, Chance chance) {
        this.name = name;
        this.time = time;
        this.chance = chance;
    }

    public boolean isOver() {
        return over;
    }

    long frozenUntil() {
        return frozenUntil;
    }

    void freeze(Duration length) {
        frozenUntil = Math.max(frozenUntil, time.nanos() + length.toNanos());
    }

    /** Runs when it is over, or now if it is. */
    public void onEnd(Runnable then) {
        if (over) {
            then.run();
        } else {
            mourners.add(then);
        }
    }

    void end() {
        if (!over) {
            over = true;
            mourners.forEach(Runnable::run);
        }
    }

    public Disposable after(Duration after, Runnable body) {
        return time.after(after, this, body);
    }

    /** A wall clock that nobody has touched. */
    public long wallMillis() {
        return EPOCH_MILLIS + time.nanos() / 1_000_000;
    }

    /** A thread of its own: what it is given to do at once it does in that order, a little later. */
    public Scheduler thread() {
        return new Strand();
    }

    @Override
    public String toString() {
        return name;
    }

    private final class Strand implements Scheduler {
        private long busyUntil;

        @Override
        public long now(TimeUnit unit) {
            return unit.convert(time.nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public Disposable schedule(Runnable task) {
            busyUntil =
                    Math.max(busyUntil, time.nanos() + chance.upTo(HESITATION).toNanos());
            return time.at(busyUntil, Life.this, task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return delay <= 0 ? schedule(task) : time.after(Duration.ofNanos(unit.toNanos(delay)), Life.this, task);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long first, long period, TimeUnit unit) {
            Disposable.Swap next = Disposables.swap();
            next.replace(schedule(() -> again(task, unit.toNanos(period), next), first, unit));
            return next;
        }

        private void again(Runnable task, long period, Disposable.Swap next) {
            next.replace(time.after(Duration.ofNanos(period), Life.this, () -> again(task, period, next)));
            task.run();
        }

        @Override
        public Worker createWorker() {
            return new Tasks(this);
        }

        @Override
        public void dispose() {}
    }

    /** What a thread was given by one who may take all of it back. */
    private static final class Tasks implements Scheduler.Worker {
        private final Scheduler thread;
        private boolean disposed;

        Tasks(Scheduler thread) {
            this.thread = thread;
        }

        @Override
        public Disposable schedule(Runnable task) {
            return thread.schedule(wanted(task));
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return thread.schedule(wanted(task), delay, unit);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long first, long period, TimeUnit unit) {
            return thread.schedulePeriodically(wanted(task), first, period, unit);
        }

        private Runnable wanted(Runnable task) {
            return () -> {
                if (!disposed) {
                    task.run();
                }
            };
        }

        @Override
        public void dispose() {
            disposed = true;
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }
}
