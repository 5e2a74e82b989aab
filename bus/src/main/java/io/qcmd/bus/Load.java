package io.qcmd.bus;

import io.qcmd.bus.job.Admission;
import io.qcmd.bus.job.OutputPool;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.QcmdException;
import io.qcmd.transport.EventLoopLag;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * How close the bus is to its limits. Work that was accepted is never given up. What is given up first is to be up to date: live output waits in the ledger. Then new
 * jobs, while nothing is written yet, and above a third limit of lag new connections, which the doors see to themselves. Thread-safe.
 *
 * @param lag of the event loops
 * @param lagOfViews {@code event_loop_lag_of_views}
 * @param lagLimit {@code event_loop_lag_limit}
 * @param storeQueue writes that wait for the store
 * @param storeQueueLimit {@code store_queue}; from a quarter of it on live output waits, from half of it on
 *     there are no new jobs, so that cancels and audit rows find room
 * @param pool output under way, and the windows that may bring more
 */
record Load(
        EventLoopLag lag,
        Duration lagOfViews,
        Duration lagLimit,
        IntSupplier storeQueue,
        int storeQueueLimit,
        OutputPool pool)
        implements Admission.Pressure {
    private static final Duration SOON = Duration.ofMillis(200);
    private static final Duration LATER = Duration.ofSeconds(1);

    /** Whether live output has to wait. */
    boolean holdsOutputBack() {
        return lag.standing().compareTo(lagOfViews) >= 0 || storeQueue.getAsInt() >= storeQueueLimit / 4;
    }

    @Override
    public Optional<QcmdException> refusal() {
        long behind = lag.standing().toMillis();
        if (behind >= lagLimit.toMillis()) {
            return busy(
                    "its event loops are " + behind + " ms behind, the limit of event_loop_lag_limit is "
                            + lagLimit.toMillis() + " ms",
                    LATER);
        }
        int writes = storeQueue.getAsInt();
        if (writes >= storeQueueLimit / 2) {
            return busy(writes + " writes wait for the store, half of store_queue or more", SOON);
        }
        if (pool.isFull()) {
            return busy("all of output_pool, " + pool.capacity() + " bytes, is on its way to the store", LATER);
        }
        return Optional.empty();
    }

    BusStatus.Pressure pressure(long refused, long violations) {
        return new BusStatus.Pressure(
                lag.longest().toNanos() / 1_000,
                storeQueue.getAsInt(),
                storeQueueLimit,
                pool.taken(),
                pool.capacity(),
                refused,
                violations);
    }

    private static Optional<QcmdException> busy(String why, Duration later) {
        return Optional.of(QcmdException.busy("bus: " + why, later));
    }
}
