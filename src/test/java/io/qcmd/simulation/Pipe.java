package io.qcmd.simulation;

import java.time.Duration;

/** One direction of a connection: frames arrive in the order in which they were sent, after a while; from the moment at which it breaks, nothing arrives any more. */
final class Pipe {
    private final VirtualTime time;
    private final Weather weather;
    private final Life receiver;
    private long lastArrival;
    private long losesFrom = Long.MAX_VALUE;

    Pipe(VirtualTime time, Weather weather, Life receiver) {
        this.time = time;
        this.weather = weather;
        this.receiver = receiver;
    }

    void send(Runnable arrival) {
        lastArrival = Math.max(lastArrival, time.nanos() + 1 + weather.latency().toNanos());
        time.at(lastArrival, receiver, () -> {
            if (time.nanos() < losesFrom) {
                arrival.run();
            }
        });
    }

    /** What was sent before may still arrive for so long. */
    void breaks(Duration grace) {
        losesFrom = Math.min(losesFrom, time.nanos() + grace.toNanos());
    }
}
