package io.qcmd.bus;

import io.qcmd.bus.store.Ledger;
import io.qcmd.bus.store.Registry;
import io.qcmd.bus.store.Upkeep;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.config.ConfigFile;
import io.qcmd.transport.Reception;
import java.time.Clock;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A whole bus without doors, on the clocks, threads and store of a simulation. */
public final class SimulatedBus {
    private final Bus bus;
    private final Clock time;

    private SimulatedBus(Bus bus, Clock time) {
        this.bus = bus;
        this.time = time;
    }

    /**
     * Takes up what lives in the store, and begins to look after it.
     *
     * @param yaml as in bus.yaml
     */
    public static Mono<SimulatedBus> start(
            String yaml,
            Ledger ledger,
            Registry registry,
            IntSupplier queued,
            Clock wall,
            LongSupplier nanos,
            Scheduler core,
            Scheduler timers,
            Random random) {
        BusSettings settings = BusSettings.of(ConfigFile.parse("simulation", yaml));
        Store store = new Store(
                "simulation",
                ledger,
                registry,
                new MemoryStore().outbox(),
                Upkeep.NONE,
                queued,
                Mono.never(),
                Mono.empty());
        Surroundings surroundings = new Surroundings(wall, nanos, core, timers, random);
        return ledger.lastTime()
                .flatMap(last -> Bus.recovered(settings, store, surroundings).map(bus -> {
                    bus.sweep();
                    return new SimulatedBus(bus, new BusTime(wall, nanos, last));
                }));
    }

    public Reception agents() {
        return bus.agents();
    }

    public Reception clients() {
        return bus.clients();
    }

    /** Its bus time in milliseconds, give or take what passed while it took up its store. */
    public long now() {
        return time.millis();
    }
}
