package io.qcmd.bus.job;

import static io.qcmd.bus.gate.FakeAgent.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.bus.gate.FakeAgent;
import io.qcmd.bus.gate.Rooms;
import io.qcmd.bus.store.Await;
import io.qcmd.bus.store.memory.MemoryStore;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Control;
import io.qcmd.protocol.Executed;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.Limits;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From READY to SETTLED, and every way to an end. */
class AccountingTest {
    private static final MinionId WEB1 = new MinionId("web-1");

    private final MemoryStore store = new MemoryStore();
    private final HeldLedger held = new HeldLedger(store);
    private final Rooms bus = Rooms.over(store, held.ledger).enrol("web-1", "web-2");
    private final FakeAgent agent = bus.agent("web-1");

    @Test
    void settles_whenTheResultIsOnDisk() {
        JobId job = granted();
        agent.say(new Report.Started(job));
        assertThat(state(job)).isEqualTo(TargetState.RUNNING);
        held.hold();
        long end = bus.clock.millis();

        agent.succeeded(job);

        assertThat(heardBy(agent)).isEmpty();
        held.commit();
        assertThat(heardBy(agent)).containsExactly(new Control.Settled(List.of(job)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(Await.value(store.job(job)).endedAt()).isEqualTo(end);
        assertNothingLives();
    }

    @Test
    void resultWithoutStarted_isTaken() {
        JobId job = granted();

        agent.succeeded(job);

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    void readyTwice_getsGoAndVoid() {
        JobId job = granted();

        agent.say(new Report.Ready(job));

        assertThat(heardBy(agent)).containsExactly(new Control.Voided(job));
        assertThat(state(job)).isEqualTo(TargetState.ACCEPTED);
    }

    @Test
    void resultTwice_isSettledTwice_andTheFirstOneStays() {
        JobId job = granted();
        agent.succeeded(job);
        assertThat(heardBy(agent)).hasSize(1);

        agent.say(new Report.Done(failed(job)));

        assertThat(heardBy(agent)).containsExactly(new Control.Settled(List.of(job)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    void resultTwice_whileTheFirstIsOnItsWayToTheDisk_isSettledAfterTheCommit() {
        JobId job = granted();
        held.hold();
        agent.succeeded(job).succeeded(job);
        assertThat(heardBy(agent)).isEmpty();

        held.commit();

        assertThat(heardBy(agent))
                .containsExactly(new Control.Settled(List.of(job)), new Control.Settled(List.of(job)));
    }

    @Test
    void refused_isRejected_andNothingWasExecuted() {
        JobId job = offered();

        agent.say(new Report.Refused(job, "disk full"));

        Fate fate = bus.fate(job, "web-1");
        assertThat(fate.state()).isEqualTo(TargetState.REJECTED);
        assertThat(fate.reason()).isEqualTo("disk full");
        assertThat(fate.executed()).isEqualTo(Executed.NO);
    }

    @Test
    void readyAfterItsTime_getsVoid() {
        agent.dispose();
        JobId job = bus.job("web-1");
        bus.advance(Duration.ofSeconds(25));
        FakeAgent late = bus.agent("web-1");
        bus.advance(Duration.ofSeconds(6));

        late.say(new Report.Ready(job));

        assertThat(late.read()).containsExactly(new Control.Voided(job));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.EXPIRED);
    }

    @Test
    void neitherReadyNorRefused_closesTheSession_andTheMessageGoesBack() {
        JobId job = offered();

        bus.advance(Duration.ofSeconds(10));

        assertThat(agent.isConnected()).isFalse();
        assertThat(state(job)).isEqualTo(TargetState.QUEUED);
        assertThat(bus.agent("web-1").messages)
                .extracting(message -> message.job())
                .containsExactly(job);
    }

    @Test
    void otherMinion_canSayNothingAboutIt() {
        JobId job = granted();
        FakeAgent other = bus.agent("web-2");

        other.say(new Report.Started(job), new Report.NeverStarted(job))
                .output(job, 0, "forged")
                .say(new Report.Done(succeeded(job, 0)));

        assertThat(heardBy(other)).noneMatch(Control.Settled.class::isInstance);
        assertThat(state(job)).isEqualTo(TargetState.ACCEPTED);
        assertThat(rows(job).output()).isEmpty();
        assertThat(store.fate(job, new MinionId("web-2")).blockOptional()).isEmpty();
    }

    @Test
    void resultWithoutGo_isNotTaken() {
        JobId job = offered();

        agent.succeeded(job);

        assertThat(heardBy(agent)).isEmpty();
        assertThat(state(job)).isEqualTo(TargetState.OFFERED);
    }

    @Test
    void neverStarted_beforeGo_changesNothing() {
        JobId job = offered();

        agent.say(new Report.NeverStarted(job)).ask();

        assertThat(state(job)).isEqualTo(TargetState.OFFERED);
        assertThat(agent.messages).hasSize(1);
    }

    @Test
    void neverStarted_afterGo_putsItBack() {
        JobId job = granted();
        agent.messages.clear();

        agent.say(new Report.NeverStarted(job)).ask();

        assertThat(agent.messages).hasSize(1);
        assertThat(bus.accounting.running()).isZero();
    }

    @Test
    void neverStarted_whileItRuns_isInterrupted() {
        JobId job = granted();

        agent.say(new Report.Started(job), new Report.NeverStarted(job));

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.INTERRUPTED);
    }

    @Test
    void noEndIsTold_isLostAtCompletesBy_andNotBefore() {
        JobId job = granted();
        long completesBy = Await.value(store.job(job)).completesBy();
        bus.advance(Duration.ofMillis(completesBy - bus.clock.millis() - 1));
        assertThat(store.fate(job, WEB1).blockOptional()).isEmpty();

        bus.advance(Duration.ofSeconds(1));

        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.LOST);
        assertNothingLives();
    }

    @Test
    void lateResult_revisesLost_once() {
        JobId job = granted();
        bus.advance(Duration.ofMinutes(5));

        agent.succeeded(job).say(new Report.Done(failed(job)));

        Fate fate = bus.fate(job, "web-1");
        assertThat(fate.state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(fate.late()).isTrue();
        assertThat(heardBy(agent))
                .containsExactly(new Control.Settled(List.of(job)), new Control.Settled(List.of(job)));
    }

    @Test
    void lateResults_atTheSameTime_areTakenOnce() {
        JobId job = granted();
        bus.advance(Duration.ofMinutes(5));
        held.hold();

        agent.succeeded(job).succeeded(job);
        held.commit();

        assertThat(agent.isConnected()).isTrue();
        assertThat(heardBy(agent)).hasSize(2).allMatch(Control.Settled.class::isInstance);
    }

    @Test
    void resultWhileLostIsOnItsWayToTheDisk_revisesIt() {
        JobId job = granted();
        held.hold();
        bus.advance(Duration.ofMinutes(5));
        agent.succeeded(job);
        assertThat(heardBy(agent)).isEmpty();

        held.commit();

        assertThat(heardBy(agent)).containsExactly(new Control.Settled(List.of(job)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    void lateResult_isCountedInsteadOfLost_whileTheJobLives() {
        FakeAgent other = bus.agent("web-2");
        JobId job = granted("web-1,web-2");
        other.say(new Report.Ready(job));
        bus.advance(Duration.ofMinutes(1));
        HeldLedger.Hold slow = holdTheEndOf(other, job);
        bus.advance(Duration.ofMinutes(2));
        assertThat(bus.accounting.live(job).orElseThrow().counts().of(TargetState.LOST))
                .isEqualTo(1);

        agent.succeeded(job);

        assertThat(bus.accounting.live(job).orElseThrow().counts().byState())
                .containsEntry(TargetState.SUCCEEDED, 1)
                .doesNotContainKey(TargetState.LOST);
        slow.commit();
        assertNothingLives();
    }

    private HeldLedger.Hold holdTheEndOf(FakeAgent minion, JobId job) {
        held.hold();
        minion.succeeded(job);
        return held.release();
    }

    @Test
    void lateOutput_isAnswered_andTakenInTheNextSession_beforeTheResult() {
        JobId job = granted();
        bus.advance(Duration.ofMinutes(5));

        agent.output(job, 0, "0123456789");

        assertThat(heardBy(agent)).singleElement().isInstanceOfSatisfying(Control.Committed.class, committed -> {
            assertThat(committed.offset()).isEqualTo(10);
        });
        agent.say(new Report.Done(succeeded(job, 10)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.LOST);
        assertThat(agent.isConnected()).isFalse();

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, true));
        assertThat(next.verdicts()).extracting(Control.Verdict::stdout).containsExactly(0L);
        next.output(job, 0, "0123456789").say(new Report.Done(succeeded(job, 10)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
        assertThat(pieces(job)).containsExactly("0 0123456789");
    }

    @Test
    void output_isCommittedBeforeItIsSaidSo() {
        JobId job = granted();
        held.hold();

        agent.output(job, 0, "abc");

        assertThat(heardBy(agent)).isEmpty();
        held.commit();
        assertThat(heardBy(agent)).singleElement().isInstanceOfSatisfying(Control.Committed.class, committed -> {
            assertThat(committed.offset()).isEqualTo(3);
            assertThat(committed.stream()).isEqualTo(Output.Stream.STDOUT);
        });
    }

    @Test
    void outputThatIsKnown_isNotStoredTwice() {
        JobId job = granted();

        agent.output(job, 0, "abc").output(job, 0, "abc").output(job, 1, "bcde").output(job, 2, "c");

        assertThat(pieces(job)).containsExactly("0 abc", "3 de");
    }

    @Test
    void outputThatJumps_isStoredWhereItStands() {
        JobId job = granted();

        agent.output(job, 0, "head").output(job, 1_000, "tail");
        agent.say(new Report.Done(new Return(
                job,
                TargetState.SUCCEEDED,
                0,
                1,
                new Return.Captured(1_004, 8, Bytes.wrap(new byte[32])),
                Return.Captured.NONE,
                0,
                null)));

        assertThat(pieces(job)).containsExactly("0 head", "1000 tail");
        assertThat(bus.fate(job, "web-1").stdout()).isEqualTo(Bytes.utf8("head"));
    }

    @Test
    void resultBeforeItsOutput_isRefused_andTakenOnTheNextSession() {
        JobId job = granted();
        agent.output(job, 0, "abc").say(new Report.Done(succeeded(job, 10)));

        assertThat(agent.isConnected()).isFalse();
        assertThat(store.fate(job, WEB1).blockOptional()).isEmpty();

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, true));
        assertThat(next.verdicts()).singleElement().satisfies(verdict -> {
            assertThat(verdict.kind()).isEqualTo(Control.Verdict.Kind.SEND);
            assertThat(verdict.stdout()).isEqualTo(3);
        });
        next.output(job, 3, "defghij").say(new Report.Done(succeeded(job, 10)));
        assertThat(bus.fate(job, "web-1").state()).isEqualTo(TargetState.SUCCEEDED);
    }

    @Test
    @Tag("A38")
    void outputBeyondTheWindow_endsTheSession_andIsNotTaken() {
        JobId job = granted();
        held.hold();
        agent.output(job, 0, "x".repeat(Limits.FIRST_WINDOW));
        assertThat(agent.isConnected()).isTrue();

        agent.output(job, Limits.FIRST_WINDOW, "x");

        assertThat(agent.isConnected()).isFalse();
        held.commit();
        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, false));
        assertThat(next.verdicts())
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.stdout()).isEqualTo(Limits.FIRST_WINDOW));
    }

    @Test
    void whatAnOlderSessionLeftOnItsWay_doesNotCountForTheNewerOne() {
        JobId job = granted();
        held.hold();
        String window = "x".repeat(Limits.FIRST_WINDOW);
        agent.output(job, 0, window).dispose();

        FakeAgent next = FakeAgent.connect(bus.gate, WEB1).hello("epoch-1", new Hello.Entry(job, false));
        next.output(job, Limits.FIRST_WINDOW, window);

        assertThat(next.isConnected()).isTrue();
    }

    @Test
    @Tag("A38")
    void outputInTooManyPieces_endsTheSession() {
        JobId job = granted();
        held.hold();
        int most = 4 * Limits.FRAME_MESSAGES;
        for (int from = 0; from < most; from += 512) {
            agent.say(ofOneByte(job, from, 512));
        }
        assertThat(agent.isConnected()).isTrue();

        agent.say(ofOneByte(job, most, 1));

        assertThat(agent.isConnected()).isFalse();
    }

    private static Report[] ofOneByte(JobId job, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(n -> new Output(job, Output.Stream.STDOUT, n, Bytes.utf8("x")))
                .toArray(Report[]::new);
    }

    @Test
    @Tag("A38")
    void moreOutputThanIsKept_endsTheSession() {
        JobId job = granted();
        int kept = Output.Stream.STDOUT.keptBytes();
        String window = "x".repeat(Limits.FIRST_WINDOW);

        for (int at = 0; at < kept; at += Limits.FIRST_WINDOW) {
            agent.output(job, at, window);
        }
        assertThat(agent.isConnected()).isTrue();
        agent.output(job, kept, "x");

        assertThat(agent.isConnected()).isFalse();
    }

    @Test
    void manyPiecesInOneFrame_areTakenBeforeTheNextFrame_thoughNoneIsOnDiskYet() {
        JobId job = granted();
        Report[] pieces = IntStream.range(0, 600)
                .mapToObj(n -> new Output(job, Output.Stream.STDOUT, n, Bytes.utf8("x")))
                .toArray(Report[]::new);
        held.hold();
        agent.say(pieces).say(new Report.Done(succeeded(job, 600)));

        held.commit();

        assertThat(agent.isConnected()).isTrue();
        assertThat(bus.fate(job, "web-1").stdout().size()).isEqualTo(600);
    }

    @Test
    void outputBeforeGo_isNotStored() {
        JobId job = offered();

        agent.output(job, 0, "abc");

        assertThat(rows(job).output()).isEmpty();
    }

    private JobId offered() {
        JobId job = bus.job("web-1");
        assertThat(agent.messages).extracting(message -> message.job()).containsExactly(job);
        return job;
    }

    private JobId granted() {
        return granted("web-1");
    }

    private JobId granted(String target) {
        JobId job = bus.job(target);
        agent.say(new Report.Ready(job));
        assertThat(heardBy(agent)).singleElement().isInstanceOf(Control.Go.class);
        return job;
    }

    private static Return failed(JobId job) {
        return new Return(job, TargetState.FAILED, 1, 1, Return.Captured.NONE, Return.Captured.NONE, 0, null);
    }

    private TargetState state(JobId job) {
        return bus.accounting.live(job).flatMap(live -> live.state(WEB1)).orElseThrow();
    }

    private ResultPage rows(JobId job) {
        return Await.value(store.page(job, 0, true, Set.of()));
    }

    private List<String> pieces(JobId job) {
        return rows(job).output().stream()
                .map(piece -> piece.offset() + " " + piece.bytes().utf8())
                .toList();
    }

    private void assertNothingLives() {
        assertThat(bus.accounting.liveJobs()).isZero();
        assertThat(bus.accounting.running()).isZero();
        assertThat(bus.accounting.granted(WEB1)).isEmpty();
    }

    /** SETTLED may wait for something to ride with. */
    private List<Control> heardBy(FakeAgent agent) {
        return agent.healthy().read();
    }
}
