package io.qcmd.agent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** A scheduler whose clock can be ahead of its timers, as after SIGSTOP and SIGCONT. */
final class FrozenTime implements Scheduler {
    private final Scheduler timers;
    private long ahead;

    FrozenTime(Scheduler timers) {
        this.timers = timers;
    }

    void wakesUpLater(Duration duration) {
        ahead += duration.toNanos();
    }

    @Override
    public Disposable schedule(Runnable task) {
        return timers.schedule(task);
    }

    @Override
    public Worker createWorker() {
        return timers.createWorker();
    }

    @Override
    public long now(TimeUnit unit) {
        return timers.now(unit) + unit.convert(ahead, TimeUnit.NANOSECONDS);
    }
}
