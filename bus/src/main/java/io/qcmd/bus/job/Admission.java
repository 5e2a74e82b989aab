package io.qcmd.bus.job;

import io.qcmd.bus.security.Principal;
import io.qcmd.protocol.QcmdException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Says BUSY to a new job before it is resolved, let alone written: its user is too fast, or the bus has too much to do. Nothing else asks here: a cancel, a ping, a
 * question and what agents report come before new jobs. Thread-safe.
 */
public final class Admission {
    private final int submitsPerSecond;
    private final SubmitPace pace;
    private final Pressure pressure;

    /** What the bus says of its own load. Thread-safe, answers at once. */
    @FunctionalInterface
    public interface Pressure {
        /** Why there may be no new job at the moment, with BUSY; empty: there may. */
        Optional<QcmdException> refusal();
    }

    /** @param submitsPerSecond {@code submits_per_second} of one user, 1 to 1,000,000 */
    public Admission(int submitsPerSecond, Pressure pressure, Clock clock) {
        this.submitsPerSecond = submitsPerSecond;
        this.pace = new SubmitPace(submitsPerSecond, clock);
        this.pressure = pressure;
    }

    /** Passes, or fails with BUSY. */
    void check(Principal actor) {
        pressure.refusal().ifPresent(busy -> {
            throw busy;
        });
        Duration wait = pace.take(actor.user());
        if (!wait.isZero()) {
            throw QcmdException.busy(
                    actor.user() + ": more than " + submitsPerSecond
                            + " jobs a second, the limit of submits_per_second",
                    wait);
        }
    }
}
