package io.qcmd.bus.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Control.Verdict;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What HELLO settles. The link broke after GO in most of these. */
class ReconciliationTest {
    private static final MinionId WEB1 = new MinionId("web-1");

    private final MemoryStore store = new MemoryStore();
    private final HeldLedger held = new HeldLedger(store);
    private final Rooms bus = Rooms.over(store, held.ledger).enrol("web-1");

    @Test
    void started_isKept_andRuns() {
        JobId job = cutAfterGo();

        assertThat(verdict(started(job))).isEqualTo(Verdict.Kind.KEEP);

        assertThat(state(job)).isEqualTo(TargetState.RUNNING);
    }

    @Test
    void done_isToBeSent_fromWhatTheBusHas() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.output(job, 0, "abc").dispose();

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", done(job));

        assertThat(next.verdicts()).singleElement().satisfies(verdict -> {
            assertThat(verdict.kind()).isEqualTo(Verdict.Kind.SEND);
            assertThat(verdict.stdout()).isEqualTo(3);
            assertThat(verdict.stderr()).isZero();
        });
        next.output(job, 3, "de").say(new Report.Done(FakeAgent.succeeded(job, 5)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    void absentInTheSameEpoch_goesBackToTheHead() {
        JobId job = cutAfterGo();
        JobId younger = bus.job("web-1");

        FakeAgent next = bus.agent("web-1");

        assertThat(next.messages).extracting(message -> message.job()).containsExactly(job);
        next.say(new Report.Ready(job)).ask();
        assertThat(next.messages).extracting(message -> message.job()).containsExactly(job, younger);
    }

    @Test
    void absentInTheSameEpoch_andOutOfTime_expires() {
        JobId job = cutAfterGo();
        bus.advance(Duration.ofSeconds(31));

        bus.agent("web-1");

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.EXPIRED);
    }

    @Test
    void absentInTheSameEpoch_thoughItRan_isInterrupted() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.say(new Report.Started(job)).dispose();

        bus.agent("web-1");

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.INTERRUPTED);
    }

    @Test
    void absentInANewEpoch_isInterrupted_andNeverOfferedAgain() {
        JobId job = cutAfterGo();

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-2").ask();

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.INTERRUPTED);
        assertThat(next.messages).isEmpty();
    }

    @Test
    void queuedInANewEpoch_isOffered() {
        FakeAgent agent = bus.agent("web-1");
        agent.dispose();
        JobId job = bus.job("web-1");

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-2").ask();

        assertThat(next.messages).extracting(message -> message.job()).containsExactly(job);
    }

    @Test
    void offeredWhenTheLinkBroke_isOfferedAgain() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = bus.job("web-1");
        agent.dispose();
        assertThat(state(job)).isEqualTo(TargetState.QUEUED);

        assertThat(bus.agent("web-1").messages)
                .extracting(message -> message.job())
                .containsExactly(job);
    }

    @Test
    void unknownJob_isSettled_andAudited() {
        assertThat(verdict(done(new JobId(0, 7)))).isEqualTo(Verdict.Kind.SETTLED);

        assertThat(store.audits()).extracting(AuditRecord::action).contains("UNKNOWN_ENTRY");
    }

    @Test
    void jobOfOthers_isUnknownToThisOne() {
        bus.enrol("web-2");
        JobId job = bus.job("web-2");

        assertThat(verdict(done(job))).isEqualTo(Verdict.Kind.SETTLED);

        assertThat(store.audits()).extracting(AuditRecord::action).contains("UNKNOWN_ENTRY");
        assertThat(bus.accounting.liveTargets()).isEqualTo(1);
    }

    @Test
    void endOnDisk_isSettled() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.succeeded(job).dispose();

        assertThat(verdict(done(job))).isEqualTo(Verdict.Kind.SETTLED);
    }

    @Test
    void endOnItsWayToTheDisk_isSettledAfterTheCommit() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        held.hold();
        agent.succeeded(job).dispose();

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", done(job));

        assertThat(next.controls).isEmpty();
        held.commit();
        assertThat(next.verdicts()).extracting(Verdict::kind).containsExactly(Verdict.Kind.SETTLED);
    }

    @Test
    void lost_isKeptWhileItRuns_andSentWhenItIsDone() {
        JobId job = cutAfterGo();
        bus.advance(Duration.ofMinutes(5));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.LOST);

        FakeAgent running = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", started(job));
        assertThat(running.verdicts()).extracting(Verdict::kind).containsExactly(Verdict.Kind.KEEP);
        running.dispose();
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", done(job));
        assertThat(next.verdicts()).extracting(Verdict::kind).containsExactly(Verdict.Kind.SEND);

        next.succeeded(job);
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
        next.dispose();
        assertThat(verdict(done(job))).isEqualTo(Verdict.Kind.SETTLED);
    }

    @Test
    void lost_bringsTheRestOfItsOutput_beforeItsResult() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.output(job, 0, "abc").dispose();
        bus.advance(Duration.ofMinutes(5));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.LOST);

        FakeAgent running = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", started(job));
        assertThat(running.verdicts()).extracting(Verdict::stdout).containsExactly(3L);
        running.output(job, 3, "de").dispose();
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", done(job));
        assertThat(next.verdicts()).extracting(Verdict::stdout).containsExactly(5L);
        next.output(job, 5, "f").say(new Report.Done(FakeAgent.succeeded(job, 6)));

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(bus.fate(job, "web-1").stdout().utf8()).isEqualTo("abcdef");
    }

    @Test
    void cancelBetweenVerdictAndSession_isSentAfterHello() {
        FakeAgent agent = bus.agent("web-1");
        JobId runs = granted(agent);
        agent.ask();
        JobId ends = granted(agent);
        held.hold();
        agent.succeeded(ends).dispose();
        HeldLedger.Hold ending = held.release();
        // Two verdicts: KEEP for the one, and the other waits for the disk.
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", started(runs), done(ends));
        bus.cancel(runs);
        assertThat(next.controls).isEmpty();

        ending.commit();

        assertThat(next.read()).hasSize(2).last().isEqualTo(new Control.Cancel(runs, null));
    }

    @Test
    void pages_areAnsweredInOrder_whenTheLastIsThere() {
        JobId job = cutAfterGo();
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1);
        Hello.Entry[] strangers =
                IntStream.range(1, 513).mapToObj(n -> done(new JobId(0, n))).toArray(Hello.Entry[]::new);

        next.say(FakeAgent.page("epoch-1", false, strangers));
        assertThat(next.controls).isEmpty();
        assertThat(bus.fleet.session(WEB1)).isEmpty();
        next.say(FakeAgent.page("epoch-1", true, started(job)));

        assertThat(next.controls).hasSize(2);
        assertThat(next.read())
                .satisfiesExactly(
                        first -> assertThat(first).isInstanceOfSatisfying(Control.Reconciled.class, page -> {
                            assertThat(page.last()).isFalse();
                            assertThat(page.verdicts()).hasSize(512);
                        }),
                        last -> assertThat(last).isInstanceOfSatisfying(Control.Reconciled.class, page -> {
                            assertThat(page.last()).isTrue();
                            assertThat(page.verdicts()).extracting(Verdict::job).containsExactly(job);
                        }));
        assertThat(state(job)).isEqualTo(TargetState.RUNNING);
    }

    private JobId cutAfterGo() {
        FakeAgent agent = bus.agent("web-1");
        JobId job = granted(agent);
        agent.dispose();
        assertThat(state(job)).isEqualTo(TargetState.ACCEPTED);
        return job;
    }

    private JobId granted(FakeAgent agent) {
        JobId job = bus.job("web-1");
        agent.say(new Report.Ready(job));
        assertThat(agent.read()).singleElement().isInstanceOf(Control.Go.class);
        return job;
    }

    private Verdict.Kind verdict(Hello.Entry entry) {
        FakeAgent agent = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", entry);
        return agent.verdicts().toList().get(0).kind();
    }

    private TargetState state(JobId job) {
        return bus.accounting.live(job).flatMap(live -> live.state(WEB1)).orElseThrow();
    }

    private static Hello.Entry started(JobId job) {
        return new Hello.Entry(job, false);
    }

    private static Hello.Entry done(JobId job) {
        return new Hello.Entry(job, true);
    }
}
