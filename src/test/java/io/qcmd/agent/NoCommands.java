package io.qcmd.agent;

import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.Report;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Runs nothing: every command says the same and ends, at once or after a while. */
final class NoCommands implements Commands {
    private static final int SLOTS = 4;
    private static final long DISK_FREE = 1L << 30;

    private final Sinks.Empty<Void> asked = Sinks.empty();
    private final Consumer<JobId> started;
    private final Supplier<Duration> lasting;
    private final Saying saying;
    private final Scheduler core;
    private boolean wasAsked;
    private int running;

    /**
     * @param started hears of each command when it starts
     * @param lasting how long the next command takes; zero: it is over at once
     * @param saying what each says and how it ends
     * @param core of the agent
     */
    NoCommands(Consumer<JobId> started, Supplier<Duration> lasting, Saying saying, Scheduler core) {
        this.started = started;
        this.lasting = lasting;
        this.saying = saying;
        this.core = core;
    }

    /** Completes when the core has looked for a free slot for the first time, which it does when HELLO was answered: from then on there may be work. */
    Mono<Void> asked() {
        return asked.asMono();
    }

    @Override
    public int freeSlots() {
        if (!wasAsked) {
            wasAsked = true;
            asked.tryEmitEmpty().orThrow();
        }
        return SLOTS - running;
    }

    @Override
    public Report.Health health() {
        return new Report.Health(System.currentTimeMillis(), DISK_FREE, 0, SLOTS, SLOTS, 0);
    }

    @Override
    public Optional<String> refusal(Command command) {
        return Optional.empty();
    }

    @Override
    public Running run(Message message, Events events) {
        started.accept(message.job());
        Duration time = lasting.get();
        if (time.isZero()) {
            events.ended(saying.end(message.job()));
        } else {
            running++;
            Disposable end = core.schedule(
                    () -> {
                        running--;
                        events.ended(saying.end(message.job()));
                    },
                    time.toNanos(),
                    TimeUnit.NANOSECONDS);
            assert !end.isDisposed() : "the core takes what has to be done later";
        }
        return killAfter -> {};
    }

    @Override
    public Optional<Spool> spool(JobId job) {
        return saying.stdout().isEmpty() ? Optional.empty() : Optional.of(saying);
    }

    @Override
    public void discard(JobId job) {}

    @Override
    public int killLeftovers(JobId job, long pid, long startTicks) {
        return 0;
    }
}
