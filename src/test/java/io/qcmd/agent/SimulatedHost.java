package io.qcmd.agent;

import io.qcmd.protocol.MinionId;
import io.qcmd.simulation.Chance;
import io.qcmd.simulation.Life;
import io.qcmd.simulation.Witness;
import io.rsocket.RSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A minion: what of it outlives an agent, and one agent after the other. The agent's core and its connection are the real ones. */
public final class SimulatedHost {
    private final MinionId minion;
    private final Chance chance;
    private final Witness witness;
    private final Broken broken;
    private final SimulatedJournal.Disk journal;
    private final SimulatedCommands.Host commands = new SimulatedCommands.Host();
    private final SessionSettings settings;
    private int boots = 1;
    private int epochs = 1;

    /** A rule of the journal that does not hold: the simulation has to find out. */
    public enum Broken {
        /** All hold. */
        NOTHING,
        /** A start is told to be on the disk before it is. */
        STARTED_EARLY,
        /** An entry goes with its result, and does not wait for the bus. */
        RELEASED_EARLY
    }

    public SimulatedHost(MinionId minion, Chance chance, Witness witness, Duration ackTimeout, Broken broken) {
        this.minion = minion;
        this.chance = chance;
        this.witness = witness;
        this.broken = broken;
        this.journal = new SimulatedJournal.Disk(minion + "-epoch-1");
        this.settings = new SessionSettings(
                ackTimeout, Duration.ofMillis(25), Duration.ofSeconds(10), chance.between(3, 100), 1 << 20);
        commands.slots = chance.between(1, 3);
        journal.slowestSync = Duration.ofMillis(chance.between(1, 50));
    }

    public MinionId minion() {
        return minion;
    }

    /** A new agent: takes up what is there, then keeps itself connected. */
    public void start(Life life, Mono<RSocket> bus) {
        UnaryOperator<Journal> wrong = switch (broken) {
            case NOTHING -> UnaryOperator.identity();
            case STARTED_EARLY -> HastyJournal::new;
            case RELEASED_EARLY -> ForgetfulJournal::new;
        };
        Journal kept = wrong.apply(new SimulatedJournal(minion, journal, life, chance, witness));
        Identity identity = new Identity("boot-" + boots, minion + "-instance", "1", Map.of(), Map.of());
        SimulatedCommands runner = new SimulatedCommands(minion, commands, life, chance, witness);
        Scheduler timers = life.thread();
        Agent agent = new Agent(identity, settings, kept, runner, life.thread());
        Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(5), chance.split());
        BusLink link = new BusLink(agent, bus, backoff, timers);
        agent.start().thenRun(() -> {
            witness.note(life, "has taken up what was there");
            link.sessions().subscribe(new Forever());
        });
    }

    /** The host goes down hard: processes die, and what is not synced is lost. Between two lives. */
    public void powerCut() {
        boots++;
        if (journal.cut(chance) > 0) {
            witness.suffered("records are lost with the power");
        }
        SimulatedCommands.powerCut(commands, chance);
    }

    /** The journal is found damaged at the next start. Between two lives. */
    public void loseJournal() {
        epochs++;
        if (!journal.entries().isEmpty()) {
            witness.suffered("entries are lost with a journal");
        }
        journal.lose(minion + "-epoch-" + epochs);
        witness.lost(minion);
    }

    public void diskFull(boolean full) {
        commands.diskFull = full;
        journal.full = full;
    }

    public void clockOffset(Duration offset) {
        commands.clockOffset = offset.toMillis();
    }

    /** What its journal holds: nothing, when all is settled. */
    public List<String> unsettled() {
        return journal.entries().stream()
                .map(entry -> entry.job() + (entry.result() == null ? " STARTED" : " DONE"))
                .toList();
    }
}
