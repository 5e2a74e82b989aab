package io.qcmd.bus.store.memory;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.CallbackCount;
import io.qcmd.bus.store.CallbackOutbox;
import io.qcmd.bus.store.CallbackRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The outbox of a store in memory: all of it is touched in the turns of that store only. */
final class MemoryOutbox implements CallbackOutbox {
    private final Map<Long, Entry> entries = new TreeMap<>();
    private final Turns turns;
    private final Consumer<AuditRecord> audits;

    private record Entry(CallbackRecord callback, long dueAt, boolean parked) {
        Entry withDueAt(long time) {
            return new Entry(callback, time, false);
        }

        Entry asParked() {
            return new Entry(callback, dueAt, true);
        }

        Entry afterFailure(long time) {
            CallbackRecord c = callback;
            return new Entry(
                    new CallbackRecord(c.seq(), c.id(), c.endpoint(), c.at(), c.tries() + 1, c.body()), time, false);
        }
    }

    /** Does something while nobody else touches the store. */
    interface Turns {
        <T> Mono<T> turn(Supplier<@Nullable T> action);
    }

    /** @param audits keeps an audit row; called within a turn */
    MemoryOutbox(Turns turns, Consumer<AuditRecord> audits) {
        this.turns = turns;
        this.audits = audits;
    }

    /** Within the turn of the fates. */
    void add(List<CallbackRecord> callbacks) {
        callbacks.forEach(callback -> entries.put(callback.seq(), new Entry(callback, callback.at(), false)));
    }

    @Override
    public Flux<CallbackCount> counts() {
        return turns.turn(() -> {
                    Map<String, List<Entry>> byEndpoint = entries.values().stream()
                            .collect(Collectors.groupingBy(
                                    entry -> entry.callback.endpoint(), TreeMap::new, Collectors.toList()));
                    List<CallbackCount> counts = new ArrayList<>();
                    byEndpoint.forEach((endpoint, all) -> {
                        long parked = all.stream().filter(Entry::parked).count();
                        counts.add(new CallbackCount(endpoint, all.size() - parked, parked));
                    });
                    return counts;
                })
                .flatMapIterable(counts -> counts);
    }

    @Override
    public Flux<CallbackRecord> due(String endpoint, long now, int limit) {
        return turns.turn(() -> entries.values().stream()
                        .filter(entry -> !entry.parked
                                && entry.dueAt <= now
                                && entry.callback.endpoint().equals(endpoint))
                        .sorted(Comparator.comparingLong(Entry::dueAt))
                        .limit(limit)
                        .map(Entry::callback)
                        .toList())
                .flatMapIterable(callbacks -> callbacks);
    }

    @Override
    public Mono<Void> delivered(long seq) {
        return run(() -> entries.remove(seq));
    }

    @Override
    public Mono<Void> postpone(long seq, long dueAt) {
        return run(() -> change(seq, entry -> entry.afterFailure(dueAt)));
    }

    @Override
    public Mono<Void> park(long seq, @Nullable AuditRecord audit) {
        return run(() -> {
            change(seq, Entry::asParked);
            if (audit != null) {
                audits.accept(audit);
            }
        });
    }

    @Override
    public Mono<Void> parkOldest(long howMany) {
        return run(() -> entries.values().stream()
                .filter(entry -> !entry.parked)
                .limit(howMany)
                .map(entry -> entry.callback.seq())
                .toList()
                .forEach(seq -> change(seq, Entry::asParked)));
    }

    @Override
    public Mono<Void> release(long now) {
        return run(() -> entries.replaceAll((seq, entry) -> entry.parked ? entry.withDueAt(now) : entry));
    }

    private void change(long seq, UnaryOperator<Entry> change) {
        entries.computeIfPresent(seq, (number, entry) -> change.apply(entry));
    }

    private Mono<Void> run(Runnable action) {
        return turns.<Void>turn(() -> {
            action.run();
            return null;
        });
    }
}
