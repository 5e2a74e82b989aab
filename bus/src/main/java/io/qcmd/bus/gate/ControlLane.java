package io.qcmd.bus.gate;

import io.qcmd.protocol.Control;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * What the bus says to one agent besides commands. Any thread may say something; what is said while a frame is being handed over goes into the next one together.
 * Bounded: an agent that does not read for so long is closed. Thread-safe.
 */
final class ControlLane {
    private static final int PER_FRAME = 256;
    private static final int FRAMES = 256;
    /** So many that wait are worth a frame of their own. */
    private static final int LATER = 64;

    private final Queue<Control> said = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unsent = new AtomicInteger();
    private final AtomicInteger later = new AtomicInteger();
    /** Linked: an agent that reads has an empty one, and an array for all frames would be a tenth of what it costs the bus. */
    private final Sinks.Many<List<Control>> frames =
            Sinks.many().unicast().onBackpressureBuffer(new LinkedBlockingQueue<>(FRAMES));

    private final Runnable overflow;

    /** @param overflow runs when the agent does not read; may run more than once */
    ControlLane(Runnable overflow) {
        this.overflow = overflow;
    }

    /** Frames in order; for one subscriber. */
    Flux<List<Control>> frames() {
        return frames.asFlux();
    }

    void send(Control control) {
        said.add(control);
        flush();
    }

    /** Waits for the next thing that is said, or for {@link #flush}, or until 64 wait. */
    void sendLater(Control control) {
        said.add(control);
        if (later.incrementAndGet() % LATER == 0) {
            flush();
        }
    }

    /** Hands over all that was said. */
    void flush() {
        if (unsent.getAndIncrement() != 0) {
            return;
        }
        // Counted is what was asked for, not what was taken: only so there is never a second one in here.
        int seen = 1;
        do {
            for (List<Control> frame = take(); !frame.isEmpty(); frame = take()) {
                emit(frame);
            }
            seen = unsent.addAndGet(-seen);
        } while (seen != 0);
    }

    void complete() {
        // A frame that is being handed over takes no time, and must not keep the lane open for ever.
        frames.emitComplete(Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1)));
    }

    private List<Control> take() {
        List<Control> frame = new ArrayList<>(1);
        for (Control next = said.poll(); next != null; next = frame.size() < PER_FRAME ? said.poll() : null) {
            frame.add(next);
        }
        return frame;
    }

    private void emit(List<Control> frame) {
        // Any other failure says that the session has ended, and with it the lane.
        if (frames.tryEmitNext(frame) == Sinks.EmitResult.FAIL_OVERFLOW) {
            overflow.run();
        }
    }
}
