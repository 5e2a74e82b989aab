package io.qcmd.bus.gate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.JobRecord;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Control.Verdict;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.JobRef;
import io.qcmd.protocol.Message;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Random walks over a whole bus, from the doors to the store, with up to three agents that keep the rules of the journal. What is on its way between them waits until
 * a step takes it; links break with it, agents lose their journals, the bus dies and starts again over its store. After each step the promises must hold.
 */
@Timeout(300)
class WalkTest {
    /** Seeds that once found a defect, and some more: they run always. */
    private static final long[] REGRESSIONS = {0, 1, 42, -4563663908690434303L};

    /** {@code -Dqcmd.walks=100000} for a night. */
    private static final int WALKS = Integer.getInteger("qcmd.walks", 300);

    private static final int STEPS = 80;

    @Test
    void promisesHold_onSeedsThatFoundADefect() {
        LongStream.of(REGRESSIONS).forEach(WalkTest::walk);
    }

    @Test
    void promisesHold_onFreshSeeds() {
        new Random().longs(WALKS).forEach(WalkTest::walk);
    }

    @Test
    void reachesEveryEnd_soThatTheWalksAreWorthTheirTime() {
        Map<TargetState, Integer> reached = new EnumMap<>(TargetState.class);
        int late = 0;
        for (long seed = 0; seed < 150; seed++) {
            for (Fate fate : walk(seed).seen.values()) {
                reached.merge(fate.state(), 1, Integer::sum);
                late += fate.late() ? 1 : 0;
            }
        }
        assertThat(reached)
                .containsKeys(
                        TargetState.SUCCEEDED,
                        TargetState.TERMINATED,
                        TargetState.INTERRUPTED,
                        TargetState.EXPIRED,
                        TargetState.DROPPED,
                        TargetState.REJECTED,
                        TargetState.CANCELLED,
                        TargetState.LOST);
        assertThat(late).isPositive();
    }

    private static Walk walk(long seed) {
        Walk walk = new Walk(seed);
        try {
            for (int i = 0; i < STEPS; i++) {
                walk.step();
                walk.check();
            }
            walk.end();
            return walk;
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError(
                    "seed " + seed + ": " + broken.getMessage() + ", after\n  " + String.join("\n  ", walk.steps),
                    broken);
        }
    }

    /** A host: what is on its disk, and the one connection that it has. */
    private static final class Host {
        private final MinionId id;
        private int epochs = 1;
        /** What was started and is not settled; true: it is done. */
        private final Map<JobId, Boolean> journal = new LinkedHashMap<>();
        /** How often it was started, for ever. */
        private final Map<JobId, Integer> starts = new HashMap<>();

        private final Map<JobId, TargetState> ends = new HashMap<>();
        /** Half-open connections of earlier times, in which something may still be on its way. */
        private final List<FakeAgent> ghosts = new ArrayList<>();

        private @Nullable FakeAgent link;
        private @Nullable Message offer;
        private boolean reconciled;

        Host(int n) {
            this.id = new MinionId("web-" + n);
        }

        String epoch() {
            return "epoch-" + epochs;
        }

        /** READY, messages and what was not read die with the link. */
        void cut(boolean halfOpen) {
            if (link != null) {
                if (halfOpen) {
                    ghosts.add(link.lingers());
                } else {
                    link.dispose();
                }
            }
            link = null;
            offer = null;
            reconciled = false;
        }
    }

    private record Target(JobId job, MinionId minion) {}

    private static final class Walk {
        private final Random random;
        private final List<String> steps = new ArrayList<>();
        private final MemoryStore store = new MemoryStore();
        private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
        private final List<Host> hosts = new ArrayList<>();
        private final List<JobId> jobs = new ArrayList<>();
        /** Fates on disk, by job and minion. */
        private final Map<Target, Fate> seen = new HashMap<>();

        private final Map<JobId, Integer> targets = new HashMap<>();
        private final Map<JobId, Long> cursors = new HashMap<>();
        private Rooms bus;
        private int restarts;

        Walk(long seed) {
            random = new Random(seed);
            bus = Rooms.over(store, time);
            int many = 1 + random.nextInt(3);
            for (int n = 1; n <= many; n++) {
                hosts.add(new Host(n));
                bus.enrol("web-" + n);
            }
        }

        void step() {
            int dice = random.nextInt(100);
            Host host = hosts.get(random.nextInt(hosts.size()));
            if (dice < 8) {
                submit(random.nextBoolean() ? "web-*" : host.id.value());
            } else if (dice < 22) {
                connect(host);
            } else if (dice < 54) {
                read(host);
            } else if (dice < 66) {
                answer(host);
            } else if (dice < 73) {
                run(host);
            } else if (dice < 79) {
                cancel(host.id.value());
            } else if (dice < 83) {
                note("cut " + host.id);
                host.cut(false);
            } else if (dice < 85) {
                note("half open " + host.id);
                host.cut(true);
            } else if (dice < 87) {
                crash(host, random.nextInt(3) == 0);
            } else if (dice < 89) {
                restart();
            } else if (dice < 91 && !host.ghosts.isEmpty()) {
                haunt(host);
            } else {
                advance(Duration.ofMillis(1 + random.nextInt(dice < 97 ? 3_000 : dice < 99 ? 30_000 : 200_000)));
            }
        }

        /** A READY that was on its way when the agent left comes in after all. */
        private void haunt(Host host) {
            if (!jobs.isEmpty()) {
                FakeAgent ghost = host.ghosts.get(random.nextInt(host.ghosts.size()));
                JobId job = jobs.get(jobs.size() - 1 - random.nextInt(Math.min(3, jobs.size())));
                note("late READY " + number(job) + " of " + host.id);
                ghost.say(new Report.Ready(job));
            }
        }

        private void submit(String target) {
            try {
                Accepted accepted = bus.submit(target);
                jobs.add(accepted.job());
                targets.put(accepted.job(), accepted.matched());
                note("submit " + jobs.size() + " for " + target);
            } catch (QcmdException busy) {
                note(busy.code().name());
            }
        }

        private void connect(Host host) {
            if (host.link == null) {
                note("connect " + host.id);
                host.link = FakeAgent.connect(bus.gate, host.id);
            } else if (host.link.isConnected() && !host.reconciled && host.link.controls.isEmpty()) {
                note("HELLO " + host.id + " with " + host.journal.size());
                host.link.hello(
                        host.epoch(),
                        host.journal.entrySet().stream()
                                .map(entry -> new Hello.Entry(entry.getKey(), entry.getValue()))
                                .toArray(Hello.Entry[]::new));
            }
            if (host.link.refused() != null) {
                host.cut(false);
            }
        }

        /** One thing from the link: what comes on the control lane may overtake messages. */
        private void read(Host host) {
            FakeAgent link = host.link;
            if (link == null) {
                return;
            }
            if (!link.controls.isEmpty() && (link.messages.isEmpty() || random.nextInt(3) > 0)) {
                Control control = link.controls.remove();
                note(host.id + " reads " + name(control));
                follow(host, link, control);
            } else if (!link.messages.isEmpty() && host.offer == null) {
                host.offer = link.messages.remove();
                note(host.id + " has message " + number(host.offer.job()));
            }
        }

        private void follow(Host host, FakeAgent link, Control control) {
            if (control instanceof Control.Reconciled answer) {
                answer.verdicts().forEach(verdict -> follow(host, link, verdict));
                host.reconciled = true;
                link.ask();
            } else if (control instanceof Control.Go go) {
                if (host.offer != null && host.offer.job().equals(go.job()) && !host.journal.containsKey(go.job())) {
                    start(host, go.job());
                }
                answered(host, link, go.job());
            } else if (control instanceof Control.Voided voided) {
                answered(host, link, voided.job());
            } else if (control instanceof Control.Settled settled) {
                settled.jobs().forEach(job -> settled(host, job));
            } else if (control instanceof Control.Cancel cancel) {
                kill(host, link, cancel.job());
            } else if (control instanceof Control.Ping ping) {
                link.say(new Report.Pong(ping.nonce()));
            }
        }

        private void follow(Host host, FakeAgent link, Verdict verdict) {
            switch (verdict.kind()) {
                case SETTLED -> settled(host, verdict.job());
                case CANCEL -> kill(host, link, verdict.job());
                case SEND -> link.say(new Report.Done(result(host, verdict.job())));
                case KEEP -> {}
            }
        }

        /** Only now may the agent forget its result: it must be what the bus will tell. */
        private void settled(Host host, JobId job) {
            if (host.journal.remove(job) != null) {
                Fate fate = Await.value(store.fate(job, host.id));
                require(fate.state() == host.ends.get(job), () -> number(job) + " is settled as " + fate);
            }
        }

        private void start(Host host, JobId job) {
            host.journal.put(job, false);
            host.starts.merge(job, 1, Integer::sum);
        }

        private void answered(Host host, FakeAgent link, JobId job) {
            if (host.offer != null && host.offer.job().equals(job)) {
                host.offer = null;
                link.ask();
            }
        }

        private void kill(Host host, FakeAgent link, JobId job) {
            if (!host.journal.containsKey(job)) {
                link.say(new Report.NeverStarted(job));
                answered(host, link, job);
            } else if (!requireNonNull(host.journal.get(job))) {
                done(host, job, TargetState.TERMINATED);
            }
        }

        private void answer(Host host) {
            FakeAgent link = host.link;
            if (link == null || host.offer == null) {
                return;
            }
            JobId job = host.offer.job();
            if (random.nextInt(8) == 0) {
                note(host.id + " REFUSED " + number(job));
                host.offer = null;
                link.say(new Report.Refused(job, "policy")).ask();
            } else {
                note(host.id + " READY " + number(job));
                link.say(new Report.Ready(job));
            }
        }

        /** Something happens to a command: it is told as started, writes, ends, or its result is told once more. */
        private void run(Host host) {
            if (host.journal.isEmpty()) {
                return;
            }
            List<JobId> all = List.copyOf(host.journal.keySet());
            JobId job = all.get(random.nextInt(all.size()));
            boolean done = requireNonNull(host.journal.get(job));
            if (!done && random.nextInt(3) == 0) {
                note(host.id + " STARTED " + number(job));
                say(host, new Report.Started(job));
            } else {
                note(host.id + " ends " + number(job) + (done ? ", told again" : ""));
                done(host, job, TargetState.SUCCEEDED);
            }
        }

        private void done(Host host, JobId job, TargetState end) {
            host.ends.putIfAbsent(job, end);
            host.journal.put(job, true);
            say(host, new Report.Done(result(host, job)));
        }

        private static void say(Host host, Report report) {
            if (host.link != null && host.reconciled) {
                host.link.say(report);
            }
        }

        private static Return result(Host host, JobId job) {
            TargetState end = requireNonNull(host.ends.get(job));
            return end == TargetState.SUCCEEDED ? FakeAgent.succeeded(job, 0) : Return.without(job, end, "of the walk");
        }

        private void cancel(String minion) {
            if (jobs.isEmpty()) {
                return;
            }
            JobId job = jobs.get(random.nextInt(jobs.size()));
            boolean all = random.nextBoolean();
            note("cancel " + number(job) + (all ? "" : " of " + minion));
            if (all) {
                bus.cancel(job);
            } else if (Await.value(store.job(job)).minions().contains(new MinionId(minion))) {
                bus.cancel(job, minion);
            }
        }

        /** The agent dies: what ran is interrupted. With its journal: nobody knows what ran. */
        private void crash(Host host, boolean journalToo) {
            note("crash " + host.id + (journalToo ? " with its journal" : ""));
            host.cut(false);
            if (journalToo) {
                host.journal.clear();
                host.epochs++;
            } else {
                host.journal.replaceAll((job, done) -> {
                    host.ends.putIfAbsent(job, TargetState.INTERRUPTED);
                    return true;
                });
            }
        }

        private void restart() {
            note("restart of the bus");
            restarts++;
            bus.crash();
            for (Host host : hosts) {
                host.cut(true);
                host.ghosts.forEach(FakeAgent::vanish);
                host.ghosts.clear();
            }
            bus = Rooms.over(store, time);
        }

        private void advance(Duration by) {
            note("advance " + by);
            bus.advance(by);
        }

        /** Everybody is heard, and time goes by: every target has its end, and the agents have nothing left. */
        void end() {
            for (int round = 0; round < 3; round++) {
                for (Host host : hosts) {
                    host.cut(false);
                    connect(host);
                    advance(Duration.ofSeconds(3));
                    connect(host);
                    for (int i = 0; i < 40; i++) {
                        read(host);
                        answer(host);
                        run(host);
                    }
                }
            }
            advance(Duration.ofMinutes(5));
            check();
            assertThat(seen)
                    .as("targets with an end")
                    .hasSize(targets.values().stream().mapToInt(n -> n).sum());
            assertThat(bus.accounting.liveJobs()).as("live jobs").isZero();
            assertThat(bus.accounting.liveTargets()).as("live targets").isZero();
            assertThat(bus.accounting.running()).as("granted targets").isZero();
            for (JobId job : jobs) {
                JobRecord stored = Await.value(store.job(job));
                assertThat(stored.endedAt()).as("end of " + number(job)).isPositive();
                // A sweep more, and one for each restart, which begins to sweep anew.
                assertThat(stored.endedAt()).isLessThanOrEqualTo(stored.completesBy() + 1_000L * (1 + restarts));
            }
        }

        void check() {
            jobs.forEach(this::check);
            for (Host host : hosts) {
                host.starts.forEach((job, times) -> check(host, job, times));
            }
        }

        private void check(JobId job) {
            checkRows(job);
            Counts counts =
                    Await.value(bus.history.show(new JobRef(job.toString()))).counts();
            require(counts.total() == requireNonNull(targets.get(job)), () -> number(job) + " has " + counts);
        }

        private void check(Host host, JobId job, int starts) {
            require(starts == 1, () -> number(job) + " was started " + starts + " times at " + host.id);
            Fate fate = seen.get(key(job, host.id));
            require(
                    fate == null || fate.executed() != Executed.NO,
                    () -> number(job) + " was started at " + host.id + ", and is " + fate);
        }

        /** New rows only: each target has one end, which only LOST may revise, once. */
        private void checkRows(JobId job) {
            ResultPage page = Await.value(store.page(job, cursors.getOrDefault(job, 0L), false, Set.of()));
            cursors.put(job, page.cursor());
            for (Fate fate : page.fates()) {
                Fate before = seen.put(key(job, fate.minion()), fate);
                require(
                        before == null
                                ? !fate.late()
                                : before.state() == TargetState.LOST && !before.late() && fate.late(),
                        () -> number(job) + " at " + fate.minion() + ": " + fate + " after " + before);
            }
        }

        // AssertJ is too slow for what is asked a million times.
        private static void require(boolean holds, Supplier<String> otherwise) {
            if (!holds) {
                throw new AssertionError(otherwise.get());
            }
        }

        private String number(JobId job) {
            return "job " + (jobs.indexOf(job) + 1);
        }

        private String name(Control control) {
            String kind = control.getClass().getSimpleName();
            if (control instanceof Control.Go go) {
                return kind + " " + number(go.job());
            } else if (control instanceof Control.Voided voided) {
                return kind + " " + number(voided.job());
            } else if (control instanceof Control.Cancel cancel) {
                return kind + " " + number(cancel.job());
            }
            return kind;
        }

        private void note(String step) {
            steps.add(step);
        }

        private static Target key(JobId job, MinionId minion) {
            return new Target(job, minion);
        }
    }
}
