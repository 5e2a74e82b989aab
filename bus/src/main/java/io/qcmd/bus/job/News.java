package io.qcmd.bus.job;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Wakes readers without telling them anything: who has seen version n waits until it is no longer n, then reads where the truth is. No wake-up is lost, and a
 * thousand of them cost a slow reader one. What waits is one sink per open cursor. Thread-safe.
 */
final class News {
    private long version;
    private List<MonoSink<Long>> waiting = new ArrayList<>(0);

    synchronized long version() {
        return version;
    }

    /** Completes at once, or as soon as there is something newer than the version seen. */
    Mono<Long> after(long seen) {
        return Mono.create(sink -> {
            MonoSink<Long> forgotten = sink.onCancel(() -> forget(sink));
            if (!enlist(forgotten, seen)) {
                sink.success(seen);
            }
        });
    }

    void tell() {
        List<MonoSink<Long>> woken;
        synchronized (this) {
            version++;
            woken = waiting;
            waiting = new ArrayList<>(0);
        }
        woken.forEach(sink -> sink.success(0L));
    }

    private synchronized boolean enlist(MonoSink<Long> sink, long seen) {
        if (version != seen) {
            return false;
        }
        waiting.add(sink);
        return true;
    }

    private synchronized void forget(MonoSink<Long> sink) {
        waiting.remove(sink);
    }
}
