package io.qcmd.agent;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** An event loop as the owner of its agents' cores: what it asks of them itself is done at once, all else in its turn. */
final class LoopScheduler implements Scheduler, Scheduler.Worker {
    private final EventLoop loop;
    private final Scheduler tasks;

    LoopScheduler(EventLoop loop) {
        this.loop = loop;
        this.tasks = Schedulers.fromExecutorService(loop);
    }

    @Override
    public Disposable schedule(Runnable task) {
        if (!loop.inEventLoop()) {
            return tasks.schedule(task);
        }
        task.run();
        return Disposables.disposed();
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return tasks.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long delay, long period, TimeUnit unit) {
        return tasks.schedulePeriodically(task, delay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return this;
    }

    @Override
    public void dispose() {}

    @Override
    public boolean isDisposed() {
        return false;
    }
}
