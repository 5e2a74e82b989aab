package io.qcmd.bench;

import io.qcmd.bus.job.Accounting;
import io.qcmd.bus.topic.Channel;
import io.qcmd.bus.topic.Envelope;
import io.qcmd.bus.topic.Link;
import io.qcmd.bus.topic.Topics;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Both ends of an agent's session as the heart and Accounting see them: READY at once, output while it runs, each piece after the commit of the one before, result. */
final class LiveAgent extends BaseSubscriber<Envelope> implements Link {
    /** Where the tail stands in the true output. */
    static final long TAIL = 1_000_000;

    // What an agent does must not be done on the writer's thread of the store, which tells it that it may go on.
    private static final Scheduler OUTSIDE = Schedulers.newParallel("agents", 2, true);

    private final MinionId minion;
    private final Accounting accounting;
    private @Nullable Channel channel;
    private volatile Work work = new Work(1, Bytes.utf8("x"), Duration.ZERO);
    private volatile Sinks.Empty<Void> end = Sinks.empty();

    /**
     * What a command writes: so many pieces, the last of them after a gap.
     *
     * @param pause after each piece, on average
     */
    record Work(int pieces, Bytes piece, Duration pause) {}

    LiveAgent(MinionId minion, Accounting accounting) {
        this.minion = minion;
        this.accounting = accounting;
    }

    MinionId minion() {
        return minion;
    }

    void connect(Topics topics) {
        channel = topics.topic(minion).channel();
        channel.envelopes(this).subscribe(this);
    }

    /** What its next command will do; completes when its result is on disk. */
    Mono<Void> next(Work next) {
        work = next;
        end = Sinks.empty();
        return end.asMono();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(1);
    }

    @Override
    protected void hookOnNext(Envelope envelope) {
        Objects.requireNonNull(channel).permit(envelope.job(), this);
    }

    @Override
    public void send(Control control) {
        if (control instanceof Control.Go go) {
            accounting.move(go.job(), minion, TargetState.RUNNING, null);
            Sinks.Empty<Void> told = end;
            // A process of its own: nobody at the bus waits for it.
            Disposable running = run(go.job(), work)
                    .doFinally(signal -> request(1))
                    .subscribeOn(OUTSIDE)
                    .subscribe(
                            done -> {},
                            failed -> told.tryEmitError(failed).orThrow(),
                            () -> told.tryEmitEmpty().orThrow());
            assert running != null;
        }
    }

    private Mono<Void> run(JobId job, Work todo) {
        int size = todo.piece().size();
        long kept = (long) todo.pieces() * size;
        Return.Captured stdout = new Return.Captured(TAIL + size, kept, Bytes.wrap(new byte[32]));
        Return result = new Return(job, TargetState.SUCCEEDED, 0, 1, stdout, Return.Captured.NONE, 0, null);
        return Flux.range(0, todo.pieces())
                .map(i -> i == todo.pieces() - 1 ? TAIL : (long) i * size)
                .concatMap(
                        offset -> accounting
                                .output(minion, 1, new Output(job, Output.Stream.STDOUT, offset, todo.piece()))
                                .then(Mono.delay(random(todo.pause()), OUTSIDE)),
                        1)
                .then(Mono.defer(() -> accounting.settle(minion, result)))
                .then();
    }

    /** From none to twice as long: no two agents keep step. */
    private static Duration random(Duration mean) {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(2 * mean.toMillis() + 1));
    }

    @Override
    public Executor loop() {
        return Runnable::run;
    }

    @Override
    public void close(String reason) {
        cancel();
    }
}
