package io.qcmd.bus;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What a bus takes from the world around it, besides its store and its doors: time, threads and chance. Given other ones, the same bus runs on virtual time.
 *
 * @param wall the wall clock
 * @param nanos a monotonic clock in nanoseconds
 * @param core one thread, the bus's own: it ends with the bus
 * @param timers shared by all
 */
record Surroundings(Clock wall, LongSupplier nanos, Scheduler core, Scheduler timers, Random random) {
    static Surroundings ofThisProcess() {
        return new Surroundings(
                Clock.systemUTC(),
                System::nanoTime,
                Schedulers.newSingle("core", true),
                Schedulers.parallel(),
                new SecureRandom());
    }
}
