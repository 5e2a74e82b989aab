package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.security.Principal;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.CancelPage;
import io.qcmd.protocol.CancelPage.Answer;
import io.qcmd.protocol.CancelPage.Effect;
import io.qcmd.protocol.CancelQuery;
import io.qcmd.protocol.CancelWish;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A cancel against READY, GO, start, exit, the end of the TTL, a broken link and commits that take their time: 1,000 orders of these steps, each from its seed, on
 * the real rooms of a bus. The agent is a model that keeps the rules of a journal: what GO started is remembered, a cancel of what did not start is answered, and no
 * later GO starts it.
 */
@Timeout(300)
class CancelRaceTest {
    private static final int SEEDS = 1_000;
    private static final int STEPS = 30;
    private static final MinionId WEB1 = new MinionId("web-1");

    private final Set<TargetState> ends = EnumSet.noneOf(TargetState.class);

    @Test
    @Tag("F47")
    void cancelled_neverRan_inWhateverOrderThingsHappen() {
        for (int seed = 0; seed < SEEDS; seed++) {
            new Race(seed).run();
        }
        assertThat(ends)
                .contains(TargetState.CANCELLED, TargetState.TERMINATED, TargetState.SUCCEEDED, TargetState.EXPIRED);
    }

    private final class Race {
        private final int seed;
        private final Random random;
        private final MemoryStore store = new MemoryStore();
        private final HeldLedger held = new HeldLedger(store);
        private final Rooms bus = Rooms.over(store, held.ledger).enrol("web-1");
        private final List<CompletableFuture<List<Answer>>> asked = new ArrayList<>();
        private FakeAgent agent = bus.agent("web-1");
        private final JobId job = bus.job("web-1");

        // The agent's journal, and what it remembers of its session.
        private boolean fenced;
        private boolean started;
        private boolean over;
        private TargetState end = TargetState.SUCCEEDED;
        private boolean settled;
        private boolean holding;

        Race(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            commits();
            bus.advance(Duration.ofSeconds(31));
            for (int i = 0; i < STEPS && !store.fate(job, WEB1).blockOptional().isPresent(); i++) {
                if (!agent.isConnected()) {
                    cut();
                }
                reads();
                hears();
                exits(TargetState.SUCCEEDED);
            }
            check();
        }

        private void step() {
            if (!agent.isConnected()) {
                cut();
            }
            switch (random.nextInt(12)) {
                case 0, 1 -> reads();
                case 2, 3, 4 -> hears();
                case 5 -> exits(TargetState.SUCCEEDED);
                case 6 -> cancels();
                case 7 -> holds();
                case 8, 9 -> commits();
                case 10 -> bus.advance(Duration.ofMillis(random.nextInt(4_000)));
                default -> cut();
            }
        }

        /** From now on commits take their time. */
        private void holds() {
            if (!holding) {
                held.hold();
            }
            holding = true;
        }

        private void commits() {
            if (holding) {
                held.commit();
            }
            holding = false;
        }

        private void cancels() {
            List<MinionId> some = random.nextBoolean() ? List.of() : List.of(WEB1);
            asked.add(bus.cancels
                    .cancel(new Principal.Remote("tester"), new CancelQuery(job, some, CancelWish.PLAIN))
                    .flatMapIterable(CancelPage::answers)
                    .collectList()
                    .toFuture());
        }

        /** Takes its message, and says READY. */
        private void reads() {
            if (agent.messages.poll() != null) {
                agent.say(new Report.Ready(job));
            }
        }

        /** Takes one word from the control lane. */
        private void hears() {
            Control control = agent.controls.poll();
            if (control instanceof Control.Go && !fenced && !started) {
                started = true;
                if (random.nextBoolean()) {
                    agent.say(new Report.Started(job));
                }
            } else if (control instanceof Control.Cancel) {
                told();
            } else if (control instanceof Control.Settled) {
                settled = true;
            } else if (control instanceof Control.Reconciled reconciled) {
                reconciled.verdicts().forEach(this::follows);
                agent.ask();
            } else if (control instanceof Control.Voided || control instanceof Control.Go) {
                agent.ask();
            }
        }

        private void told() {
            if (!started) {
                fenced = true;
                agent.say(new Report.NeverStarted(job));
            } else {
                exits(TargetState.TERMINATED);
            }
        }

        private void follows(Control.Verdict verdict) {
            switch (verdict.kind()) {
                case SETTLED -> settled = true;
                case CANCEL -> told();
                case SEND -> done();
                case KEEP -> {}
            }
        }

        private void exits(TargetState how) {
            if (started && !over) {
                over = true;
                end = how;
                done();
            }
        }

        private void done() {
            agent.say(new Report.Done(
                    end == TargetState.SUCCEEDED
                            ? FakeAgent.succeeded(job, 0)
                            : Return.without(job, end, "cancelled")));
        }

        /** The link breaks, and the next session begins with what the journal holds. */
        private void cut() {
            agent.dispose();
            fenced = false;
            Hello.Entry[] entries =
                    started && !settled ? new Hello.Entry[] {new Hello.Entry(job, over)} : new Hello.Entry[0];
            agent = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", entries);
        }

        private void check() {
            Fate fate = Await.value(store.fate(job, WEB1));
            ends.add(fate.state());
            assertThat(fate.state().executed() == Executed.YES)
                    .as("seed %d: %s, and it %s", seed, fate.state(), started ? "ran" : "never ran")
                    .isEqualTo(started);
            assertThat(fate.state()).as("seed %d", seed).isNotIn(TargetState.LOST, TargetState.INTERRUPTED);
            List<Answer> answers =
                    asked.stream().flatMap(answer -> answer.join().stream()).toList();
            assertThat(answers)
                    .as("seed %d: who was told FENCED was told the end", seed)
                    .filteredOn(answer -> answer.effect() == Effect.FENCED)
                    .allSatisfy(answer -> assertThat(answer.state()).isEqualTo(fate.state()));
            if (!answers.isEmpty() && answers.stream().allMatch(answer -> answer.effect() == Effect.PENDING)) {
                assertThat(fate.state())
                        .as("seed %d: a cancel that was answered", seed)
                        .isNotEqualTo(TargetState.EXPIRED);
            }
        }
    }
}
