package io.qcmd.bus.topic;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.JobId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Both ends that a Channel sees of a session: the subscriber of its messages, and its control lane. Closing it cancels the stream, as the real one does. */
final class FakeSession extends BaseSubscriber<Envelope> implements Link {
    private final long firstDemand;
    private volatile Consumer<Envelope> whenEmitted = envelope -> {};
    private volatile Consumer<Control> whenTold = control -> {};
    private volatile Runnable whenClosed = () -> {};
    private volatile Runnable whenCompleted = () -> {};
    private volatile @Nullable String closed;
    private volatile boolean completed;

    final List<JobId> received = new CopyOnWriteArrayList<>();
    final List<Control> told = new CopyOnWriteArrayList<>();

    /** A session that asks for so many messages in {@code onSubscribe}. */
    FakeSession(long firstDemand) {
        this.firstDemand = firstDemand;
    }

    FakeSession whenEmitted(Consumer<Envelope> what) {
        whenEmitted = what;
        return this;
    }

    FakeSession whenTold(Consumer<Control> what) {
        whenTold = what;
        return this;
    }

    FakeSession whenClosed(Runnable what) {
        whenClosed = what;
        return this;
    }

    FakeSession whenCompleted(Runnable what) {
        whenCompleted = what;
        return this;
    }

    FakeSession connectTo(Channel channel) {
        channel.envelopes(this).subscribe(this);
        return this;
    }

    @Nullable
    String closed() {
        return closed;
    }

    boolean completed() {
        return completed;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (firstDemand > 0) {
            request(firstDemand);
        }
    }

    @Override
    protected void hookOnNext(Envelope envelope) {
        received.add(envelope.job());
        whenEmitted.accept(envelope);
    }

    @Override
    protected void hookOnComplete() {
        completed = true;
        whenCompleted.run();
    }

    @Override
    public void send(Control control) {
        told.add(control);
        whenTold.accept(control);
    }

    @Override
    public Executor loop() {
        return Runnable::run;
    }

    @Override
    public void close(String reason) {
        closed = reason;
        whenClosed.run();
        cancel();
    }
}
