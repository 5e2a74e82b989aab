package io.qcmd.simulation;

import java.time.Duration;

/** One direction of a connection: frames arrive in the order in which they were sent, after a while; from the moment at which it breaks, nothing arrives any more. */
final class Pipe {
    private final VirtualTime time;
    private final Weather weather;
    private final Life receiver;
    private final Faults faults;
    private long lastArrival;
    private long brokenFrom = Long.MAX_VALUE;
    private long losesFrom = Long.MAX_VALUE;

    Pipe(VirtualTime time, Weather weather, Life receiver, Faults faults) {
        this.time = time;
        this.weather = weather;
        this.receiver = receiver;
        this.faults = faults;
    }

    void send(Runnable arrival) {
        lastArrival = Math.max(lastArrival, time.nanos() + 1 + weather.latency().toNanos());
        time.at(lastArrival, receiver, () -> {
            if (time.nanos() >= losesFrom) {
                faults.happened("a frame is lost");
                return;
            }
            if (time.nanos() > brokenFrom) {
                faults.happened("a frame arrives after its connection broke");
            }
            arrival.run();
        });
    }

    /** What was sent before may still arrive for so long. */
    void breaks(Duration grace) {
        brokenFrom = Math.min(brokenFrom, time.nanos());
        losesFrom = Math.min(losesFrom, time.nanos() + grace.toNanos());
    }
}
