package io.qcmd.agent;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Command;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.simulation.Chance;
import io.qcmd.simulation.Life;
import io.qcmd.simulation.Plan;
import io.qcmd.simulation.Witness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Commands of one life of an agent that do what their {@link Plan} says, with the ends that {@link Runner} gives them. */
final class SimulatedCommands implements Commands {
    private static final Duration SPAWN = Duration.ofMillis(5);
    private static final Duration END = Duration.ofMillis(3);
    private static final int PIECES = 3;
    private static final Bytes HASH = Bytes.wrap(new byte[32]);

    private final MinionId minion;
    private final Host host;
    private final Life life;
    private final Chance chance;
    private final Witness witness;
    private final Map<JobId, Execution> running = new LinkedHashMap<>();

    /** What outlives an agent: processes and files. */
    static final class Host {
        final Map<JobId, Spool> spools = new LinkedHashMap<>();
        final Map<JobId, Long> processes = new LinkedHashMap<>();
        int slots = 2;
        Duration killGrace = Duration.ofMillis(500);
        boolean diskFull;
        long clockOffset;
    }

    /** Output, of which a power cut leaves what was synced. */
    static final class Spool implements Commands.Spool {
        Bytes bytes = Bytes.EMPTY;
        boolean synced;

        @Override
        public Optional<Output> next(JobId job, Output.Stream stream, long offset, int maxBytes) {
            int to = (int) Math.min(bytes.size(), offset + Math.min(maxBytes, Limits.CHUNK));
            return stream == Output.Stream.STDERR || offset >= to
                    ? Optional.empty()
                    : Optional.of(new Output(job, stream, offset, bytes.slice((int) offset, to)));
        }

        @Override
        public Return.Captured captured(Output.Stream stream) {
            return stream == Output.Stream.STDERR || bytes.isEmpty()
                    ? Return.Captured.NONE
                    : new Return.Captured(bytes.size(), bytes.size(), HASH);
        }
    }

    SimulatedCommands(MinionId minion, Host host, Life life, Chance chance, Witness witness) {
        this.minion = minion;
        this.host = host;
        this.life = life;
        this.chance = chance;
        this.witness = witness;
    }

    @Override
    public int freeSlots() {
        return host.slots - running.size();
    }

    @Override
    public Report.Health health() {
        long free = host.diskFull ? 0 : 1L << 30;
        long clock = Math.max(0, life.wallMillis() + host.clockOffset);
        return new Report.Health(clock, free, 1 << 20, host.slots, freeSlots(), 0);
    }

    @Override
    public Optional<String> refusal(Command command) {
        return host.diskFull ? Optional.of("disk: 0 bytes free") : Optional.empty();
    }

    @Override
    public Running run(Message message, Events events) {
        Execution execution = new Execution(message, events);
        running.put(message.job(), execution);
        life.after(chance.upTo(SPAWN), execution::spawn);
        return execution;
    }

    @Override
    public Optional<Spool> spool(JobId job) {
        return Optional.ofNullable(host.spools.get(job));
    }

    @Override
    public void discard(JobId job) {
        if (!life.isOver()) {
            host.spools.remove(job);
        }
    }

    @Override
    public int killLeftovers(JobId job, long pid, long startTicks) {
        return host.processes.remove(job) == null ? 0 : 1;
    }

    private final class Execution implements Running {
        private final Message message;
        private final Events events;
        private final Plan plan;
        private final Spool spool = new Spool();
        private boolean executed;
        private boolean ending;

        Execution(Message message, Events events) {
            this.message = message;
            this.events = events;
            this.plan = Plan.of(message.command());
        }

        private JobId job() {
            return message.job();
        }

        private void spawn() {
            witness.step(life, "runner: before the spawn");
            if (life.isOver()) {
                return;
            }
            if (ending) {
                over(Return.without(job(), TargetState.REJECTED, "cancelled before it was started"));
            } else if (!plan.executable()) {
                over(Return.without(job(), TargetState.REJECTED, "spawn: not executable"));
            } else {
                exec();
            }
        }

        private void exec() {
            executed = true;
            witness.executed(minion, job());
            host.processes.put(job(), 1L);
            host.spools.put(job(), spool);
            witness.step(life, "runner: after the exec");
            if (life.isOver()) {
                return;
            }
            events.spawned(job(), 1, 1);
            Duration timeout = Duration.ofMillis(message.command().timeoutMillis());
            print();
            if (plan.runs().compareTo(timeout) < 0) {
                life.after(plan.runs(), () -> end(TargetState.SUCCEEDED));
            } else {
                life.after(timeout, () -> end(TargetState.TIMED_OUT));
            }
        }

        private void print() {
            Bytes all = plan.output(job(), minion);
            for (int piece = 1; piece <= PIECES; piece++) {
                int size = all.size() * piece / (PIECES + 1);
                life.after(plan.runs().multipliedBy(piece).dividedBy(PIECES + 1), () -> {
                    if (!ending && size > 0) {
                        spool.bytes = all.slice(0, size);
                        events.output(job(), Output.Stream.STDOUT);
                    }
                });
            }
        }

        @Override
        public void cancel(@Nullable Duration killAfter) {
            if (executed) {
                end(TargetState.TERMINATED);
            } else {
                ending = true;
            }
        }

        /** The first reason counts. */
        private void end(TargetState how) {
            if (ending || life.isOver()) {
                return;
            }
            ending = true;
            boolean exits = how == TargetState.SUCCEEDED;
            if (exits) {
                spool.bytes = plan.output(job(), minion);
            }
            boolean waits = !exits && plan.stubborn();
            life.after((waits ? host.killGrace : Duration.ZERO).plus(chance.upTo(END)), () -> {
                host.processes.remove(job());
                life.after(chance.upTo(END), () -> told(how));
            });
        }

        private void told(TargetState how) {
            spool.synced = true;
            int code = Plan.exitCode(job(), minion);
            boolean exits = how == TargetState.SUCCEEDED;
            over(new Return(
                    job(),
                    exits && code != 0 ? TargetState.FAILED : how,
                    exits ? (Integer) code : null,
                    1,
                    spool.captured(Output.Stream.STDOUT),
                    Return.Captured.NONE,
                    0,
                    exits ? null : "killed"));
        }

        private void over(Return result) {
            witness.step(life, "runner: after the end");
            if (!life.isOver()) {
                running.remove(job());
                events.ended(result);
            }
        }
    }

    /** Power went: what was not synced is cut. */
    static void powerCut(Host host, Chance chance) {
        host.processes.clear();
        host.spools.values().stream()
                .filter(spool -> !spool.synced)
                .forEach(spool -> spool.bytes = spool.bytes.slice(0, chance.between(0, spool.bytes.size())));
    }
}
